using System.Globalization;

namespace Exchange.Benchmarks;

/// <summary>
/// Measures two sides alternately in one session, because a machine drifts by more than what is measured, and takes
/// the median of the pairs' ratios.
/// </summary>
static class Pairs
{
    public const int Default = 5;

    /// <summary>Runs both sides once to warm up, then in pairs whose order alternates.</summary>
    /// <param name="name">Name of the benchmark.</param>
    /// <param name="ours">One run of ours: its figure, the larger the better unless <paramref name="ratio"/> says otherwise.</param>
    /// <param name="yardstick">One run of the yardstick, in the same unit.</param>
    /// <param name="unit">The unit, for the listing.</param>
    /// <param name="ratio">Ratio from our figure and the yardstick's; ours / theirs when left out.</param>
    /// <param name="pairs">How many pairs.</param>
    public static async Task<BenchmarkResult> RunAsync(
        string name, Func<Task<double>> ours, Func<Task<double>> yardstick, string unit, Func<double, double, double>? ratio = null, int pairs = Default)
    {
        ratio ??= (a, b) => a / b;
        await ours();
        await yardstick();
        var ratios = new double[pairs];
        for (var i = 0; i < pairs; i++)
        {
            double a, b;
            if (i % 2 == 0)
                (a, b) = (await ours(), await yardstick());
            else
                (b, a) = (await yardstick(), await ours());
            ratios[i] = ratio(a, b);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name} pair {i + 1}: ours {a:N0} {unit}, yardstick {b:N0} {unit}, ratio {ratios[i]:0.00}"));
        }
        Array.Sort(ratios);
        return new BenchmarkResult(name, ratios[pairs / 2], ratios[0], ratios[^1]);
    }
}
