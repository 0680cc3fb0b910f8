using System.Globalization;

namespace Exchange.Samples.Clients;

/// <summary>Reads every record of a dataset as a stream.</summary>
static class ReadAll
{
    /// <summary>Writes one JSON object per line.</summary>
    /// <exception cref="EndOfStreamException">The stream was not whole.</exception>
    public static async Task RunAsync(HttpClient hub, string dataset, Stream output)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/datasets/{Uri.EscapeDataString(dataset)}/records");
        request.Headers.Accept.ParseAdd("application/x-ndjson");
        using var answer = await hub.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        answer.EnsureSuccessStatusCode();
        var expected = long.Parse(answer.Headers.GetValues("Exchange-Record-Count").Single(), CultureInfo.InvariantCulture);
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync());
        await using var writer = new StreamWriter(output) { NewLine = "\n" };
        var count = 0L;
        while (await lines.ReadLineAsync() is { } record)
        {
            count++;
            await writer.WriteLineAsync(record);
        }
        if (count != expected)
            throw new EndOfStreamException($"{expected} records were announced, {count} came.");
    }
}
