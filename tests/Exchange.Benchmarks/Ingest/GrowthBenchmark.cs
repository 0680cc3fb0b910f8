using System.Globalization;

namespace Exchange.Benchmarks;

/// <summary>First load and refresh of ten times the rows beside the rows: time per row and memory must not grow.</summary>
sealed class GrowthBenchmark : IBenchmark
{
    public string Name => "growth";

    public async Task<BenchmarkResult> RunAsync(BenchmarkOptions options)
    {
        await using var rig = await IngestRig.StartAsync();
        var rows = options.Rows ?? 1_000_000;
        rig.Write("small", rows, 0);
        rig.Write("large", rows * 10, 0);
        var first = await Pairs.RunAsync(
            Name, () => FirstLoadAsync(rig, "large"), () => FirstLoadAsync(rig, "small"), "s", pairs: options.Rows is null ? 1 : Pairs.Default);
        await RefreshAsync(rig, "large", rows * 10);
        return first;
    }

    static async Task<double> FirstLoadAsync(IngestRig rig, string source)
    {
        var (seconds, memory, run) = await rig.RunAsync(await rig.DeclareAsync(source));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  first load of {run.Counts.Read:N0} rows: {seconds:0.00} s, {memory:N0} MiB above idle"));
        await rig.ForgetAsync();
        return seconds;
    }

    static async Task RefreshAsync(IngestRig rig, string source, int rows)
    {
        var dataset = await rig.DeclareAsync(source);
        await rig.RunAsync(dataset);
        rig.Write(source, rows, 1);
        var (seconds, memory, run) = await rig.RunAsync(dataset);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  refresh of {run.Counts.Read:N0} rows: {seconds:0.00} s, {memory:N0} MiB above idle, {run.Counts}"));
    }
}
