namespace Exchange.Benchmarks;

/// <summary>One measurement that compares us with a yardstick.</summary>
interface IBenchmark
{
    /// <summary>What is typed to run it.</summary>
    string Name { get; }

    /// <summary>Runs it, telling a person on the way what it sees.</summary>
    Task<BenchmarkResult> RunAsync(BenchmarkOptions options);
}

/// <summary>How to run a benchmark.</summary>
/// <param name="Rows">Size of the input; null for the benchmark's own.</param>
/// <param name="Json">Whether the last line is the result as JSON.</param>
sealed record BenchmarkOptions(int? Rows, bool Json);

/// <summary>Ratio of us to the yardstick over all pairs.</summary>
/// <param name="Name">The benchmark.</param>
/// <param name="Ratio">Median.</param>
/// <param name="Min">Smallest.</param>
/// <param name="Max">Largest.</param>
sealed record BenchmarkResult(string Name, double Ratio, double Min, double Max);
