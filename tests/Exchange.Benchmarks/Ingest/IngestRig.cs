using System.Diagnostics;
using System.Text.Json;
using Exchange.Hub.Platform;
using Exchange.Hub.Runs;

namespace Exchange.Benchmarks;

/// <summary>A hub with the company file, and PostgreSQL's own COPY of it as the yardstick R.</summary>
sealed class IngestRig(BenchmarkHub hub) : IAsyncDisposable
{
    /// <summary>The department that publishes.</summary>
    public const string Department = "office";

    int datasets;

    public BenchmarkHub Hub => hub;

    /// <summary>Starts a hub and declares what all benchmarks share.</summary>
    /// <param name="configure">Changes settings of the hub.</param>
    public static async Task<IngestRig> StartAsync(Func<HubOptions, HubOptions>? configure = null)
    {
        var hub = await BenchmarkHub.StartAsync(configure);
        await hub.PutAsync($"departments/{Department}", """{"title":{"en":"Office"}}""");
        await hub.PutAsync("schemas/company/1.0", CompanyFile.Schema);
        await hub.PutAsync("mappings/companies", CompanyFile.Mapping);
        return new IngestRig(hub);
    }

    /// <summary>Writes an edition of the file into the folder that a source watches.</summary>
    public string Write(string source, int rows, int edition)
    {
        var folder = Path.Combine(hub.Folder, source);
        Directory.CreateDirectory(folder);
        foreach (var old in Directory.GetFiles(folder))
            File.Delete(old);
        var path = Path.Combine(folder, $"companies-{edition:D4}.csv");
        CompanyFile.Write(path, rows, edition);
        return path;
    }

    /// <summary>Declares a dataset fed by a source folder.</summary>
    /// <param name="source">The folder.</param>
    /// <param name="filterable">JSON pointers of the fields that it can be filtered by.</param>
    public async Task<string> DeclareAsync(string source, params string[] filterable)
    {
        var name = $"companies-{++datasets}";
        await hub.PutAsync($"sources/{source}", $$$"""{"department":"{{{Department}}}","connector":"csv","options":{},"store":{"kind":"folder","path":"{{{source}}}","pattern":"*.csv","completeAfterSeconds":0}}""");
        await hub.PutAsync($"datasets/{name}", $$$"""{"title":{"en":"Companies"},"department":"{{{Department}}}","schema":"company/1.0","source":"{{{source}}}","mapping":"companies","filterable":{{{JsonSerializer.Serialize(filterable)}}}}""");
        return name;
    }

    /// <summary>One whole run.</summary>
    /// <returns>Seconds, and the most memory above what the idle hub had.</returns>
    public async Task<(double Seconds, double MemoryMiB, Run Run)> RunAsync(string dataset)
    {
        await hub.SqlAsync("checkpoint");
        GC.Collect();
        var idle = MemorySampler.Resident();
        using var sampler = new MemorySampler();
        var watch = Stopwatch.StartNew();
        var run = await hub.RunAsync(dataset);
        return (watch.Elapsed.TotalSeconds, sampler.PeakMiB - idle, run);
    }

    /// <summary>R: server-side COPY of the same file into a bare, typed, logged table.</summary>
    public async Task<double> CopyAsync(string file)
    {
        await hub.SqlAsync($"drop table if exists yardstick; create table yardstick ({CompanyFile.TypedColumns}); checkpoint");
        var watch = Stopwatch.StartNew();
        await hub.SqlAsync($"copy yardstick from '{file}' (format csv, header)");
        return watch.Elapsed.TotalSeconds;
    }

    /// <summary>Frees the space of a dataset that was measured.</summary>
    public Task ForgetAsync() => hub.SqlAsync("""
        do $$ declare t text; begin
          for t in select tablename from pg_tables where schemaname = 'data' loop execute format('truncate data.%I', t); end loop;
        end $$
        """);

    public ValueTask DisposeAsync() => hub.DisposeAsync();
}
