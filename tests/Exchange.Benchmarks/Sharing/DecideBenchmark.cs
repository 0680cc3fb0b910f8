using System.Diagnostics;
using System.Globalization;
using Exchange.Hub.Sharing;

namespace Exchange.Benchmarks.Sharing;

/// <summary>Time of one decision of the gate among 100,000 grants of 1,000 consumers, beside the same with the grants of one.</summary>
sealed class DecideBenchmark : IBenchmark
{
    const int DefaultGrants = 100_000;
    const int Consumers = 1_000;
    const int Decisions = 20_000;

    public string Name => "decide";

    public async Task<BenchmarkResult> RunAsync(BenchmarkOptions options)
    {
        using var many = await DecideRig.CreateAsync(Math.Max(1, (options.Rows ?? DefaultGrants) / Consumers), Consumers);
        using var few = await DecideRig.CreateAsync(1, 1);
        return await Pairs.RunAsync(Name, () => MeasureAsync(many), () => MeasureAsync(few), "ns a decision");
    }

    /// <summary>The median of many decisions, in nanoseconds; the rest of the spread is told.</summary>
    static async Task<double> MeasureAsync(DecideRig rig)
    {
        var times = new double[Decisions];
        for (var i = 0; i < times.Length; i++)
        {
            var (http, dataset) = rig.Request(i);
            var start = Stopwatch.GetTimestamp();
            var access = await rig.Gate.DecideAsync(http, dataset, DeliveryMode.Query);
            times[i] = Stopwatch.GetElapsedTime(start).TotalNanoseconds;
            access.Dispose();
        }
        Array.Sort(times);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{rig.Grants:N0} grants: median {times[times.Length / 2] / 1000:0.0} µs, 99 % within {times[times.Length * 99 / 100] / 1000:0.0} µs, slowest {times[^1] / 1000:0} µs"));
        return times[times.Length / 2];
    }
}
