using System.Diagnostics;
using System.Globalization;
using Exchange.Engine.Records;

namespace Exchange.Benchmarks.Map;

/// <summary>Rows to validated canonical records, one thread: the compiled mapping beside one written by hand without validation.</summary>
sealed class MapBenchmark : IBenchmark
{
    const int DefaultRows = 1_000_000;

    public string Name => "map";

    public async Task<BenchmarkResult> RunAsync(BenchmarkOptions options)
    {
        var rows = options.Rows ?? DefaultRows;
        var batches = MapInput.Batches(Math.Min(rows, 100_000));
        var rounds = Math.Max(1, rows / batches.Sum(batch => batch.RowCount));
        var mapper = MapInput.Plan().CreateMapper(seed: 1, new DateOnly(2024, 1, 1));
        var naive = new NaiveMapper();
        var records = new RecordBatch();
        mapper.Map(batches[0], records);
        if (records.Count != batches[0].RowCount)
            throw new InvalidOperationException($"A row was rejected: {records.Rejects[0].Message}");
        var before = GC.GetAllocatedBytesForCurrentThread();
        mapper.Map(batches[0], records);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{GC.GetAllocatedBytesForCurrentThread() - before:N0} bytes allocated for a batch of {batches[0].RowCount:N0} rows"));
        return await Pairs.RunAsync(Name, () => Measure(rounds, batches, batch => mapper.Map(batch, records)), () => Measure(rounds, batches, batch => naive.Map(batch)), "rows/s");
    }

    static Task<double> Measure(int rounds, List<Sdk.Batch> batches, Action<Sdk.Batch> map)
    {
        var rows = 0L;
        var start = Stopwatch.GetTimestamp();
        for (var round = 0; round < rounds; round++)
        {
            foreach (var batch in batches)
            {
                map(batch);
                rows += batch.RowCount;
            }
        }
        return Task.FromResult(rows / Stopwatch.GetElapsedTime(start).TotalSeconds);
    }
}
