using System.Globalization;
using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Platform;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Exchange.Benchmarks;

/// <summary>
/// The most memory that the hub takes while it exports ten million records, less what it takes for ten thousand, in MiB,
/// for each form; the largest counts. The client that drains the answers is in the same process, and takes the same for both.
/// </summary>
sealed class ExportMemoryBenchmark : IBenchmark
{
    const int Few = 10_000;
    const int Times = 5;

    static readonly string[] forms = ["ndjson", "json", "csv", "parquet"];

    readonly byte[] buffer = new byte[64 * 1024];

    public string Name => "export-memory";

    public async Task<BenchmarkResult> RunAsync(BenchmarkOptions options)
    {
        await using var rig = await IngestRig.StartAsync();
        var (few, many) = (await MakeAsync(rig.Hub, "few", Few), await MakeAsync(rig.Hub, "many", options.Rows ?? 10_000_000));
        foreach (var form in forms)
            await PeakAsync(rig.Hub, few, form, Times); // compiles what is to be measured
        var differences = new List<double>();
        foreach (var form in forms)
        {
            var little = await PeakAsync(rig.Hub, few, form, Times);
            var much = await PeakAsync(rig.Hub, many, form, 1);
            differences.Add(much - little);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {form}: {little:N0} MiB for {Few:N0} records, {much:N0} MiB for {options.Rows ?? 10_000_000:N0}: {much - little:+0;-0} MiB"));
        }
        return new BenchmarkResult(Name, differences.Max(), differences.Min(), differences.Max());
    }

    async Task<double> PeakAsync(BenchmarkHub hub, string dataset, string form, int times)
    {
        GC.Collect();
        using var sampler = new MemorySampler();
        for (var i = 0; i < times; i++)
        {
            using var answer = await hub.Reader.GetAsync($"/api/v1/datasets/{dataset}/export?format={form}", HttpCompletionOption.ResponseHeadersRead);
            await using var body = await answer.EnsureSuccessStatusCode().Content.ReadAsStreamAsync();
            while (await body.ReadAsync(buffer.AsMemory(), CancellationToken.None) > 0)
            {
            }
        }
        return sampler.PeakMiB;
    }

    /// <summary>A dataset whose records the database makes up itself: in a moment, and of the size of real ones.</summary>
    static async Task<string> MakeAsync(BenchmarkHub hub, string name, int rows)
    {
        var login = hub.Services.GetRequiredService<DatabaseLogins>().Application; // the hub must own the tables
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(login) { CommandTimeout = 0 }.ConnectionString);
        await connection.OpenAsync();
        var id = await DatasetHeads.CreateAsync(connection, name, IngestRig.Department, DateTimeOffset.UnixEpoch, CancellationToken.None);
        var tables = new DatasetTables(id, []);
        await connection.ExecuteAsync(tables.CreateBare, [], CancellationToken.None);
        await connection.ExecuteAsync(
            $$"""
            insert into {{tables.Records}} (key, seq, hash, doc)
            select i::text, i, decode(md5(i::text), 'hex'),
              '{"capital":' || i % 100000 || '.5,"email":"info' || i || '@company.example","employees":' || i % 5000 || ',"id":"' || lpad(i::text, 18, '0')
              || '","name":"Company ' || md5(i::text) || '","phone":"+86-10-' || lpad((i % 100000000)::text, 8, '0') || '","region":"' || lpad((i % 1000000)::text, 6, '0')
              || '","registered":"20' || lpad((i % 25)::text, 2, '0') || '-01-31","status":"active","website":"https://www.company' || i || '.example/"}'
            from generate_series(1, $1) i
            """,
            [rows], CancellationToken.None);
        var publication = new Publication(id, 1, Guid.CreateVersion7(), DateTimeOffset.UnixEpoch, rows, rows, 0, 0, 1, rows, "company/1.0", "companies@1");
        await DatasetHeads.AdvanceAsync(connection, publication, null, "[]", CancellationToken.None);
        await hub.SqlAsync("checkpoint");
        return name;
    }
}
