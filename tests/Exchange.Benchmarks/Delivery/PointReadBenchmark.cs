using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Npgsql;

namespace Exchange.Benchmarks;

/// <summary>
/// Look-ups a second over HTTP by 8 and by 32 clients, beside pgbench with as many clients that executes the same
/// statement, prepared. The load comes from a loop over HttpClient with kept connections in the hub's own process, which
/// takes processor time from the hub; pgbench is a process of its own in C.
/// </summary>
sealed class PointReadBenchmark : IBenchmark
{
    static readonly TimeSpan duration = TimeSpan.FromSeconds(5);
    static readonly int[] clientCounts = [8, 32];

    public string Name => "point-read";

    public async Task<BenchmarkResult> RunAsync(BenchmarkOptions options)
    {
        await using var rig = await ReadRig.StartAsync(options.Rows ?? 200_000);
        var results = new List<BenchmarkResult>();
        var keys = rig.Keys;
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
        var times = await Task.WhenAll(Enumerable.Range(0, clients).Select(client => Task.Run(() => AskAsync(rig, keys, client, watch))));
        var all = times.SelectMany(each => each).Order().ToArray();
        return (all.Length / watch.Elapsed.TotalSeconds, all[(int)(all.Length * 0.99)]);
    }

    static async Task<List<double>> AskAsync(ReadRig rig, string[] keys, int client, Stopwatch watch)
    {
        var (random, times) = (new Random(client), new List<double>());
        while (watch.Elapsed < duration)
        {
            var body = JsonSerializer.SerializeToUtf8Bytes(new { key = keys[random.Next(keys.Length)] });
            var start = Stopwatch.GetTimestamp();
            await rig.LookUpAsync(body);
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
