using System.Diagnostics;
using System.Text.Json;
using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing;
using Exchange.Hub.Sharing.Grants;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Exchange.Benchmarks;

/// <summary>A hub with the company file published, read over HTTP as a subscriber's system would.</summary>
sealed class ReadRig : IAsyncDisposable
{
    readonly IngestRig ingest;
    readonly DatasetHead head;
    readonly string file;
    readonly byte[] buffer = new byte[64 * 1024];
    bool hasTyped;

    ReadRig(IngestRig ingest, DatasetHead head, string file)
    {
        this.ingest = ingest;
        this.head = head;
        this.file = file;
    }

    string Records => $"/api/v1/datasets/{head.Name}/records";

    /// <summary>Starts a hub and publishes the company file.</summary>
    /// <param name="rows">Rows of the file.</param>
    /// <param name="filterable">Fields that the dataset can be filtered by.</param>
    public static async Task<ReadRig> StartAsync(int rows, params string[] filterable)
    {
        var ingest = await IngestRig.StartAsync();
        var file = ingest.Write("drop", rows, 0);
        var dataset = await ingest.DeclareAsync("drop", filterable);
        await ingest.RunAsync(dataset);
        await ingest.Hub.SqlAsync("vacuum analyze; checkpoint"); // what autovacuum does soon after
        await using var connection = new NpgsqlConnection(ingest.Hub.Owner);
        await connection.OpenAsync();
        return new ReadRig(ingest, (await DatasetHeads.FindAsync(connection, dataset, CancellationToken.None))!, file);
    }

    /// <summary>Takes every record over HTTP and drops it.</summary>
    /// <returns>Records a second.</returns>
    public Task<double> ExportAsync(string mediaType) => ExportAsync(mediaType, ingest.Hub.Reader);

    /// <summary>Takes what a reader may see over HTTP and drops it.</summary>
    /// <returns>Records of the dataset a second, whether they were shown or not.</returns>
    public async Task<double> ExportAsync(string mediaType, HttpClient reader)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Records);
        request.Headers.Accept.ParseAdd(mediaType);
        var watch = Stopwatch.StartNew();
        using var answer = await reader.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        await DrainAsync(await answer.EnsureSuccessStatusCode().Content.ReadAsStreamAsync());
        return head.Records / watch.Elapsed.TotalSeconds;
    }

    /// <summary>A client of a system of another department, under a grant.</summary>
    public async Task<HttpClient> GrantAsync(Terms terms)
    {
        const string consumer = "bureau";
        var someone = new Confirmation("bench", "Benchmark", DateTimeOffset.UnixEpoch);
        var hub = ingest.Hub;
        await hub.PutAsync($"departments/{consumer}", """{"title":{"en":"Bureau"}}""");
        await hub.Services.GetRequiredService<NpgsqlDataSource>().InTransactionAsync(
            connection => hub.Services.GetRequiredService<IssueGrant>().ExecuteAsync(
                connection, new NewGrant(head.Name, head.Schema!, consumer, null, "benchmark", terms, "request:1", someone, someone), Caller.System, CancellationToken.None),
            CancellationToken.None);
        return await hub.ClientAsync(Role.Subscriber, consumer);
    }

    /// <summary>The database owner's connection string.</summary>
    public string Owner => ingest.Hub.Owner;

    /// <summary>The keys of all records, as <see cref="CompanyFile"/> makes them.</summary>
    public string[] Keys => [.. Enumerable.Range(0, (int)head.Records).Select(i => $"91{i:D9}MA{i % 97:D2}X{i % 10}X")];

    /// <summary>A script of pgbench: the statement of a look-up by key, for a key drawn at random and spelt by the database.</summary>
    public string PointScript()
    {
        const string key = "('91' || lpad((:n)::int::text, 9, '0') || 'MA' || lpad(((:n)::int % 97)::text, 2, '0') || 'X' || ((:n)::int % 10)::text || 'X')";
        var statement = new KnownDataset(head, [], "").StatementOf(PointQuery.ByKey(""), RowFilter.None);
        return $"\\set n random(0, {head.Records - 1})\n{statement.ReplaceLineEndings(" ").Replace("$1", $"{head.DatasetId}", StringComparison.Ordinal).Replace("$2", key, StringComparison.Ordinal)};\n";
    }

    /// <summary>A client that looks records up.</summary>
    public LeanClient LeanClient() =>
        new(ingest.Hub.Reader.BaseAddress!, $"/api/v1/datasets/{head.Name}/lookup", ingest.Hub.Reader.DefaultRequestHeaders.Authorization!.Parameter!);

    /// <summary>Takes every record from PostgreSQL's COPY and drops it.</summary>
    /// <returns>Records a second.</returns>
    public async Task<double> CopyAsync()
    {
        var tables = new DatasetTables(head.DatasetId, head.Filters);
        await using var connection = new NpgsqlConnection(ingest.Hub.Owner);
        await connection.OpenAsync();
        var watch = Stopwatch.StartNew();
        using var copy = await connection.BeginTextExportAsync($"copy (select doc from {tables.Records}) to stdout");
        await DrainAsync(copy.BaseStream); // the bytes as they come, not decoded to text
        return head.Records / watch.Elapsed.TotalSeconds;
    }

    /// <summary>
    /// Takes the same rows as CSV from PostgreSQL's COPY of a bare table whose columns have their types already, and
    /// drops them: nothing has to be taken apart, which is the least that can be done for such a file.
    /// </summary>
    /// <returns>Records a second.</returns>
    public async Task<double> CopyCsvAsync()
    {
        if (!hasTyped)
        {
            await ingest.CopyAsync(file);
            await ingest.Hub.SqlAsync("vacuum analyze yardstick");
            hasTyped = true;
        }
        await using var connection = new NpgsqlConnection(ingest.Hub.Owner);
        await connection.OpenAsync();
        var watch = Stopwatch.StartNew();
        using var copy = await connection.BeginTextExportAsync("copy yardstick to stdout (format csv, header)");
        await DrainAsync(copy.BaseStream);
        return head.Records / watch.Elapsed.TotalSeconds;
    }

    /// <summary>The address of the page that begins after so many records.</summary>
    public async Task<string> PageAfterAsync(long records, int limit)
    {
        const int largest = 1000;
        string? cursor = null;
        for (var rest = records; rest > 0; rest -= largest)
            cursor = (await PageAsync($"{Records}?limit={Math.Min(rest, largest)}{(cursor is null ? "" : "&cursor=" + cursor)}")).GetProperty("next").GetString();
        return $"{Records}?limit={limit}{(cursor is null ? "" : "&cursor=" + cursor)}";
    }

    /// <summary>Asks for the same page again and again.</summary>
    /// <returns>Microseconds a page.</returns>
    public async Task<double> TimePageAsync(string address, int times)
    {
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < times; i++)
        {
            using var answer = await ingest.Hub.Reader.GetAsync(address, HttpCompletionOption.ResponseHeadersRead);
            await DrainAsync(await answer.EnsureSuccessStatusCode().Content.ReadAsStreamAsync());
        }
        return watch.Elapsed.TotalMicroseconds / times;
    }

    public ValueTask DisposeAsync() => ingest.DisposeAsync();

    async Task<JsonElement> PageAsync(string address) => JsonSerializer.Deserialize<JsonElement>(await ingest.Hub.Reader.GetByteArrayAsync(address));

    async Task DrainAsync(Stream stream)
    {
        while (await stream.ReadAsync(buffer.AsMemory(), CancellationToken.None) > 0)
        {
        }
    }
}
