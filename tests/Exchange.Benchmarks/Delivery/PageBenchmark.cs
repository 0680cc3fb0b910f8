namespace Exchange.Benchmarks;

/// <summary>The time of the last page of a dataset (page 10,000 of a million records) beside the time of its first.</summary>
sealed class PageBenchmark : IBenchmark
{
    const int Limit = 100;
    const int Times = 300;

    public string Name => "page";

    public async Task<BenchmarkResult> RunAsync(BenchmarkOptions options)
    {
        var rows = options.Rows ?? 1_000_000;
        await using var rig = await ReadRig.StartAsync(rows);
        var first = await rig.PageAfterAsync(0, Limit);
        var last = await rig.PageAfterAsync(rows - Limit, Limit);
        return await Pairs.RunAsync(Name, () => rig.TimePageAsync(last, Times), () => rig.TimePageAsync(first, Times), "µs");
    }
}
