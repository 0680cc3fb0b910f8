using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Exchange.Benchmarks;

/// <summary>
/// Look-ups a second over HTTP by 8 and by 32 clients, beside pgbench with as many clients that executes the same
/// statement, prepared. Either side's clients take processor time from what they measure.
/// </summary>
sealed class PointReadBenchmark : IBenchmark
{
    static readonly TimeSpan duration = TimeSpan.FromSeconds(5);
    static readonly int[] clientCounts = [8, 32];

    /// <summary>The runtime compiles what is called often a second and a third time, for which half a minute is not much.</summary>
    const int WarmUps = 5;

    public string Name => "point-read";

    public async Task<BenchmarkResult> RunAsync(BenchmarkOptions options)
    {
        await using var rig = await ReadRig.StartAsync(options.Rows ?? 200_000);
        var results = new List<BenchmarkResult>();
        var keys = rig.Keys;
        for (var i = 0; i < WarmUps; i++)
            await LoadAsync(rig, keys, clientCounts[^1]);
        foreach (var clients in clientCounts)
        {
            var worst = new List<double>();
            results.Add(await Pairs.RunAsync(
                $"{Name} × {clients}",
                async () =>
                {
                    var (perSecond, p99) = await LoadAsync(rig, keys, clients);
                    worst.Add(p99);
                    return perSecond;
                },
                () => PgBenchAsync(rig, clients), "look-ups/s"));
            worst.Sort();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Name} × {clients}: p99 {worst[worst.Count / 2]:0.0} ms (median of {worst.Count} runs)"));
        }
        return results.MinBy(result => result.Ratio)! with { Name = Name };
    }

    static async Task<(double PerSecond, double P99Milliseconds)> LoadAsync(ReadRig rig, string[] keys, int clients)
    {
        var watch = Stopwatch.StartNew();
        var times = await Task.WhenAll(Enumerable.Range(0, clients).Select(client => Task.Factory.StartNew(() => Ask(rig, keys, client, watch), TaskCreationOptions.LongRunning)));
        var all = times.SelectMany(each => each).Order().ToArray();
        return (all.Length / watch.Elapsed.TotalSeconds, all[(int)(all.Length * 0.99)]);
    }

    static List<double> Ask(ReadRig rig, string[] keys, int client, Stopwatch watch)
    {
        using var lean = rig.LeanClient();
        var (random, times) = (new Random(client), new List<double>());
        while (watch.Elapsed < duration)
        {
            var start = Stopwatch.GetTimestamp();
            lean.Post($$"""{"key":"{{keys[random.Next(keys.Length)]}}"}""");
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
        return times;
    }

    static async Task<double> PgBenchAsync(ReadRig rig, int clients)
    {
        var script = Path.GetTempFileName();
        await File.WriteAllTextAsync(script, rig.PointScript());
        var login = new NpgsqlConnectionStringBuilder(rig.Owner);
        var start = new ProcessStartInfo(
            "pgbench", ["-n", "-M", "prepared", "-c", $"{clients}", "-j", "2", "-T", $"{duration.TotalSeconds}", "-f", script, "-h", login.Host!, "-p", $"{login.Port}", "-U", login.Username!, login.Database!])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["PGPASSWORD"] = login.Password },
        };
        using var process = Process.Start(start)!;
        var (said, complained) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        File.Delete(script);
        var line = (await said).Split('\n').FirstOrDefault(each => each.StartsWith("tps = ", StringComparison.Ordinal)) ?? throw new InvalidOperationException($"pgbench failed: {await complained}");
        return double.Parse(line.Split(' ')[2], CultureInfo.InvariantCulture);
    }
}
