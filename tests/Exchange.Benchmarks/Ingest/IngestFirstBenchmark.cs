using System.Globalization;

namespace Exchange.Benchmarks;

/// <summary>A first load, from the file to a committed, keyed, audited publication, beside R.</summary>
sealed class IngestFirstBenchmark : IBenchmark
{
    public string Name => "ingest-first";

    public async Task<BenchmarkResult> RunAsync(BenchmarkOptions options)
    {
        await using var rig = await IngestRig.StartAsync();
        var rows = options.Rows ?? 1_000_000;
        var file = rig.Write("drop", rows, 0);
        return await Pairs.RunAsync(
            Name,
            async () =>
            {
                var (seconds, memory, _) = await rig.RunAsync(await rig.DeclareAsync("drop"));
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  first load {seconds:0.00} s, {rows / seconds:N0} rows/s, {memory:N0} MiB above idle"));
                await rig.ForgetAsync();
                return rows / seconds;
            },
            async () => rows / await rig.CopyAsync(file),
            "rows/s");
    }
}
