namespace Exchange.Benchmarks;

/// <summary>
/// Calls a second that the hub makes to a hundred subscriptions, from reading to what is written down of them, beside a
/// bare loop of HttpClient that posts the same bodies with the same headers to the same sink, each subscription's one
/// after the other.
/// </summary>
sealed class WebhooksBenchmark : IBenchmark
{
    public string Name => "webhooks";

    public async Task<BenchmarkResult> RunAsync(BenchmarkOptions options)
    {
        await using var rig = await WebhookRig.StartAsync(options.Rows ?? 500);
        return await Pairs.RunAsync(Name, rig.PushAsync, rig.PostAsync, "calls/s");
    }
}
