using System.Globalization;

namespace Exchange.Benchmarks;

/// <summary>Finds the benchmark that was asked for and prints its result.</summary>
static class BenchmarkProgram
{
    public static async Task<int> RunAsync(string[] args)
    {
        if (args is [WebhookSinkProcess.Argument])
        {
            await WebhookSinkProcess.RunAsync();
            return 0;
        }
        var benchmarks = typeof(IBenchmark).Assembly.GetTypes()
            .Where(t => t is { IsClass: true, IsAbstract: false } && t.IsAssignableTo(typeof(IBenchmark)))
            .Select(t => (IBenchmark)Activator.CreateInstance(t)!)
            .OrderBy(b => b.Name, StringComparer.Ordinal)
            .ToArray();
        if (args.Length == 0 || benchmarks.SingleOrDefault(b => b.Name == args[0]) is not { } benchmark || !TryParse(args[1..], out var options))
        {
            await Console.Error.WriteLineAsync($"usage: <{string.Join('|', benchmarks.Select(b => b.Name))}> [--rows N] [--json]");
            return 2;
        }
        var result = await benchmark.RunAsync(options);
        Console.WriteLine(options.Json
            ? string.Create(CultureInfo.InvariantCulture, $$"""{"name":"{{result.Name}}","ratio":{{result.Ratio:0.###}},"min":{{result.Min:0.###}},"max":{{result.Max:0.###}}}""")
            : string.Create(CultureInfo.InvariantCulture, $"{result.Name}: {result.Ratio:0.00} × ({result.Min:0.00} to {result.Max:0.00})"));
        return 0;
    }

    static bool TryParse(string[] args, out BenchmarkOptions options)
    {
        options = new BenchmarkOptions(null, args.Contains("--json"));
        var rest = args.Where(a => a != "--json").ToArray();
        if (rest.Length == 0)
            return true;
        if (rest is not ["--rows", var text] || !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var rows) || rows == 0)
            return false;
        options = options with { Rows = rows };
        return true;
    }
}
