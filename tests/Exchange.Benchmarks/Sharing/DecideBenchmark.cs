using System.Diagnostics;
using System.Globalization;
using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Sharing;
using Microsoft.AspNetCore.Http;

namespace Exchange.Benchmarks.Sharing;

/// <summary>
/// Time of one decision of the gate among 100,000 grants of 1,000 consumers, beside the same with the five grants of
/// one consumer for one dataset: either way five are looked at.
/// </summary>
sealed class DecideBenchmark : IBenchmark
{
    const int DefaultGrants = 100_000;
    const int Consumers = 1_000;
    const int Decisions = 20_000;

    public string Name => "decide";

    public async Task<BenchmarkResult> RunAsync(BenchmarkOptions options)
    {
        using var many = await DecideRig.CreateAsync(Math.Max(1, (options.Rows ?? DefaultGrants) / Consumers), Consumers);
        using var few = await DecideRig.CreateAsync(DecideRig.Purposes, 1);
        await FirstAsync(many);
        await FirstAsync(few);
        return await Pairs.RunAsync(Name, () => MeasureAsync(many), () => MeasureAsync(few), "ns a decision");
    }

    /// <summary>The first decision under each grant also prepares what the later ones use.</summary>
    static async Task FirstAsync(DecideRig rig)
    {
        var times = new double[rig.Grants];
        for (var i = 0; i < times.Length; i++)
            times[i] = await TimeAsync(rig, rig.Request(i, i));
        Print(rig, "first decisions", times);
    }

    /// <summary>The median of many decisions, in nanoseconds; the rest of the spread is told.</summary>
    static async Task<double> MeasureAsync(DecideRig rig)
    {
        var times = new double[Decisions];
        for (var i = 0; i < times.Length; i++)
            times[i] = await TimeAsync(rig, rig.Request(i));
        Print(rig, "decisions", times);
        return times[times.Length / 2];
    }

    static async Task<double> TimeAsync(DecideRig rig, (HttpContext Http, DatasetHead Dataset) request)
    {
        var start = Stopwatch.GetTimestamp();
        var access = await rig.Gate.DecideAsync(request.Http, request.Dataset, DeliveryMode.Query);
        var time = Stopwatch.GetElapsedTime(start).TotalNanoseconds;
        access.Dispose();
        return time;
    }

    /// <summary>Sorts the times and prints their spread.</summary>
    static void Print(DecideRig rig, string what, double[] times)
    {
        Array.Sort(times);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{rig.Grants:N0} grants, {what}: median {times[times.Length / 2] / 1000:0.0} µs, 99 % within {times[times.Length * 99 / 100] / 1000:0.0} µs, slowest {times[^1] / 1000:0} µs"));
    }
}
