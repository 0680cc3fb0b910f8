using System.Diagnostics;
using Exchange.Hub.Delivery.Subscriptions;
using Exchange.Hub.Delivery.Tables;
using Exchange.Hub.Platform;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Exchange.Benchmarks;

/// <summary>
/// The first load of a table in PostgreSQL, from the gate to the commit with the place in the feed, beside a client that
/// hands the same values from a typed table over to the same definition: <c>COPY … TO STDOUT (FORMAT BINARY)</c> into
/// <c>COPY … FROM STDIN (FORMAT BINARY)</c>, one transaction, primary key and all. Both tables stand in the hub's own cluster.
/// </summary>
sealed class TableBenchmark : IBenchmark
{
    const string Consumer = "consumer";

    public string Name => "table-delivery";

    public async Task<BenchmarkResult> RunAsync(BenchmarkOptions options)
    {
        var rows = options.Rows ?? 1_000_000;
        await using var ingest = await IngestRig.StartAsync();
        ingest.Write("drop", rows, 0);
        var dataset = await ingest.DeclareAsync("drop");
        await ingest.RunAsync(dataset);
        await ingest.Hub.SqlAsync($"create database {Consumer}");
        await LoadAsync(ingest.Hub, dataset);
        await ConsumerAsync(ingest.Hub, "create table source as select * from kept; create table copied (like kept including all); vacuum analyze source");
        await ingest.Hub.SqlAsync("vacuum analyze; checkpoint");
        return await Pairs.RunAsync(Name, async () => rows / await LoadAsync(ingest.Hub, dataset), async () => rows / await CopyAsync(ingest.Hub), "rows/s");
    }

    /// <summary>One first load; seconds.</summary>
    static async Task<double> LoadAsync(BenchmarkHub hub, string dataset)
    {
        await ConsumerAsync(hub, "drop table if exists kept; drop table if exists exchange_state");
        await hub.SqlAsync("checkpoint");
        var place = new TableOptions { Server = TableServer.Postgres, Host = "socket", Database = Consumer, Table = "kept", User = "owner" };
        var now = hub.Services.GetRequiredService<TimeProvider>().GetUtcNow();
        var subscription = new Subscription
        {
            Id = Guid.CreateVersion7(now),
            Revision = 1,
            Dataset = dataset,
            Department = IngestRig.Department,
            Title = "Benchmark",
            Kind = "table",
            State = SubscriptionState.Active,
            StateChangedAt = now,
            StateChangedBy = "Benchmark",
            Deliveries = 0,
            Records = 0,
            Failures = 0,
            CreatedAt = now,
            CreatedBy = "Benchmark",
        };
        var watch = Stopwatch.StartNew();
        await using var opened = await hub.Services.GetRequiredService<PushFeed>().OpenAsync(subscription, "table", CancellationToken.None);
        await using var target = await TableTarget.OfAsync(new PostgreSqlDialect(), Connection(hub), place, CancellationToken.None);
        await hub.Services.GetRequiredService<TableDelivery>().ExecuteAsync(target, opened, subscription, CancellationToken.None);
        opened.Complete();
        return watch.Elapsed.TotalSeconds;
    }

    /// <summary>The yardstick; seconds.</summary>
    static async Task<double> CopyAsync(BenchmarkHub hub)
    {
        await ConsumerAsync(hub, "truncate copied");
        await hub.SqlAsync("checkpoint");
        var buffer = new byte[256 * 1024];
        var watch = Stopwatch.StartNew();
        await using var from = Connection(hub);
        await using var to = Connection(hub);
        await from.OpenAsync();
        await to.OpenAsync();
        await using var transaction = await to.BeginTransactionAsync();
        await using (var source = await from.BeginRawBinaryCopyAsync("copy source to stdout (format binary)"))
        await using (var copied = await to.BeginRawBinaryCopyAsync("copy copied from stdin (format binary)"))
        {
            while (await source.ReadAsync(buffer.AsMemory(), CancellationToken.None) is var read and > 0)
                await copied.WriteAsync(buffer.AsMemory(0, read), CancellationToken.None);
        }
        await transaction.CommitAsync();
        return watch.Elapsed.TotalSeconds;
    }

    static async Task ConsumerAsync(BenchmarkHub hub, string script)
    {
        await using var connection = Connection(hub);
        await connection.OpenAsync();
        foreach (var statement in script.Split(';'))
        {
            await using var command = new NpgsqlCommand(statement, connection) { CommandTimeout = 0 };
            await command.ExecuteNonQueryAsync();
        }
    }

    static NpgsqlConnection Connection(BenchmarkHub hub) => new(new NpgsqlConnectionStringBuilder(hub.Owner) { Database = Consumer, Pooling = false, CommandTimeout = 0 }.ConnectionString);
}
