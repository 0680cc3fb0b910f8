using Exchange.Hub.Sharing;

namespace Exchange.Benchmarks;

/// <summary>
/// NDJSON of a dataset under a grant that withholds three of its ten fields, masks one and keeps half of its records,
/// beside the whole of it as its own department reads it. Both count the records of the dataset, shown or not.
/// </summary>
sealed class ReadGrantedBenchmark : IBenchmark
{
    const string NdJson = "application/x-ndjson";

    /// <summary>The hash is the dearest of the masks.</summary>
    static readonly Terms terms = new()
    {
        Fields = ["/id", "/name", "/status", "/registered", "/capital", "/region", "/employees"],
        Masks = new Dictionary<string, Mask> { ["/name"] = Mask.Hash },
        Rows = [new RowCondition("/employees", "lt", ["2500"])],
        Modes = [DeliveryMode.Query],
        From = DateTimeOffset.UnixEpoch,
        Until = TimeProvider.System.GetUtcNow().AddDays(1),
    };

    public string Name => "read-granted";

    public async Task<BenchmarkResult> RunAsync(BenchmarkOptions options)
    {
        await using var rig = await ReadRig.StartAsync(options.Rows ?? 1_000_000, "/employees");
        using var reader = await rig.GrantAsync(terms);
        return await Pairs.RunAsync(Name, () => rig.ExportAsync(NdJson, reader), () => rig.ExportAsync(NdJson), "records/s");
    }
}
