using System.Globalization;

namespace Exchange.Benchmarks;

/// <summary>The same file again with 1 % changed, some rows gone and as many new, beside R.</summary>
sealed class IngestRefreshBenchmark : IBenchmark
{
    public string Name => "ingest-refresh";

    public async Task<BenchmarkResult> RunAsync(BenchmarkOptions options)
    {
        await using var rig = await IngestRig.StartAsync();
        var rows = options.Rows ?? 1_000_000;
        var file = rig.Write("drop", rows, 0);
        var dataset = await rig.DeclareAsync("drop");
        await rig.RunAsync(dataset);
        var edition = 0;
        return await Pairs.RunAsync(
            Name,
            async () =>
            {
                file = rig.Write("drop", rows, ++edition);
                var (seconds, memory, run) = await rig.RunAsync(dataset);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  refresh {seconds:0.00} s, {memory:N0} MiB above idle, {run.Counts}"));
                return rows / seconds;
            },
            async () => rows / await rig.CopyAsync(file),
            "rows/s");
    }
}
