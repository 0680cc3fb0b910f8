using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Exchange.Hub.Delivery.Subscriptions;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Exchange.Benchmarks;

/// <summary>A hub with a hundred webhooks to a sink in a process of its own. They take from 1 to 10 changes in a call.</summary>
sealed class WebhookRig : IAsyncDisposable
{
    const int Subscriptions = 100;
    const int LargestBatch = 10;

    readonly IngestRig ingest;
    readonly WebhookSinkProcess sink;
    readonly HttpClient bare = new() { Timeout = Timeout.InfiniteTimeSpan };
    readonly List<Sample> samples = [];
    int calls;

    WebhookRig(IngestRig ingest, WebhookSinkProcess sink) => (this.ingest, this.sink) = (ingest, sink);

    BenchmarkHub Hub => ingest.Hub;

    public static async Task<WebhookRig> StartAsync(int rows)
    {
        var ingest = await IngestRig.StartAsync(options => options with { OutboundAllow = "127.0.0.1" });
        ingest.Write("drop", rows, 0);
        var dataset = await ingest.DeclareAsync("drop");
        await ingest.RunAsync(dataset);
        var rig = new WebhookRig(ingest, await WebhookSinkProcess.StartAsync());
        for (var i = 0; i < Subscriptions; i++)
        {
            var batchSize = 1 + (i % LargestBatch);
            rig.calls += (rows + batchSize - 1) / batchSize;
            await rig.SubscribeAsync(dataset, i, batchSize);
        }
        await rig.UntilDoneAsync();
        for (var i = 0; i < Subscriptions; i++)
            rig.samples.Add(await rig.SampleAsync(i, (rows + (i % LargestBatch)) / (1 + (i % LargestBatch))));
        return rig;
    }

    /// <summary>Has the hub send everything again.</summary>
    /// <returns>Calls a second.</returns>
    public async Task<double> PushAsync()
    {
        await sink.TakeCountAsync();
        var watch = Stopwatch.StartNew();
        await Hub.SqlAsync("update delivery.subscriptions set cursor = null, reading = reading + 1, whole = false, woken = woken + 1, due_at = now() - interval '1 second'");
        Hub.Services.GetRequiredService<PushWorker>().Nudge();
        await UntilDoneAsync();
        var elapsed = watch.Elapsed;
        return await sink.TakeCountAsync() is var taken && taken == calls ? calls / elapsed.TotalSeconds : throw new InvalidOperationException($"The sink took {taken} calls of {calls}.");
    }

    /// <summary>Posts as many calls without a hub.</summary>
    /// <returns>Calls a second.</returns>
    public async Task<double> PostAsync()
    {
        await sink.TakeCountAsync();
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(samples.Select(PostAsync));
        var elapsed = watch.Elapsed;
        return await sink.TakeCountAsync() == calls ? calls / elapsed.TotalSeconds : throw new InvalidOperationException("The sink did not take all calls.");
    }

    public async ValueTask DisposeAsync()
    {
        bare.Dispose();
        await ingest.DisposeAsync();
        sink.Dispose();
    }

    async Task SubscribeAsync(string dataset, int number, int batchSize)
    {
        var body = new { dataset, kind = "webhook", title = $"Webhook {number}", target = new { url = sink.Url(number), batchSize } };
        using var answer = await Hub.Reader.PostAsJsonAsync("/api/v1/subscriptions", body);
        if (!answer.IsSuccessStatusCode)
            throw new InvalidOperationException(await answer.Content.ReadAsStringAsync());
    }

    async Task UntilDoneAsync()
    {
        await using var connection = new NpgsqlConnection(Hub.Owner);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("select count(*) filter (where not (whole and due_at is null and lease is null)), max(problem) from delivery.subscriptions", connection);
        while (true)
        {
            await using (var row = await command.ExecuteReaderAsync())
            {
                await row.ReadAsync();
                if (!await row.IsDBNullAsync(1))
                    throw new InvalidOperationException(row.GetString(1));
                if (row.GetInt64(0) == 0)
                    return;
            }
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }
    }

    async Task<Sample> SampleAsync(int number, int times)
    {
        var taken = await sink.SampleAsync(number);
        return new Sample(sink.Url(number), [.. taken.Headers.Where(header => header.Key.StartsWith("webhook-", StringComparison.OrdinalIgnoreCase))], Convert.FromBase64String(taken.Body), times);
    }

    async Task PostAsync(Sample sample)
    {
        for (var i = 0; i < sample.Times; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, sample.Url) { Content = new ByteArrayContent(sample.Body), Version = HttpVersion.Version11 };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/cloudevents+json");
            foreach (var (name, value) in sample.Headers)
                request.Headers.TryAddWithoutValidation(name, value);
            using var answer = await bare.SendAsync(request);
            answer.EnsureSuccessStatusCode();
        }
    }

    sealed record Sample(string Url, KeyValuePair<string, string>[] Headers, byte[] Body, int Times);
}
