namespace Exchange.Benchmarks;

/// <summary>NDJSON of a whole publication over HTTP, beside <c>COPY (select doc) to stdout</c>.</summary>
sealed class ExportBenchmark : IBenchmark
{
    public string Name => "export";

    public async Task<BenchmarkResult> RunAsync(BenchmarkOptions options)
    {
        await using var rig = await ReadRig.StartAsync(options.Rows ?? 1_000_000);
        return await Pairs.RunAsync(Name, () => rig.ExportAsync("application/x-ndjson"), rig.CopyAsync, "records/s");
    }
}

/// <summary>CSV of a whole publication over HTTP, beside <c>COPY … to csv</c> of the same rows from a typed table.</summary>
sealed class ExportCsvBenchmark : IBenchmark
{
    public string Name => "export-csv";

    public async Task<BenchmarkResult> RunAsync(BenchmarkOptions options)
    {
        await using var rig = await ReadRig.StartAsync(options.Rows ?? 1_000_000);
        return await Pairs.RunAsync(Name, () => rig.ExportAsync("text/csv"), rig.CopyCsvAsync, "records/s");
    }
}

/// <summary>Parquet of a whole publication over HTTP, beside <c>COPY … to csv</c> of the same rows from a typed table.</summary>
sealed class ExportParquetBenchmark : IBenchmark
{
    public string Name => "export-parquet";

    public async Task<BenchmarkResult> RunAsync(BenchmarkOptions options)
    {
        await using var rig = await ReadRig.StartAsync(options.Rows ?? 1_000_000);
        return await Pairs.RunAsync(Name, () => rig.ExportAsync("application/vnd.apache.parquet"), rig.CopyCsvAsync, "records/s");
    }
}
