using System.Net.Http.Headers;
using Exchange.Samples.Clients;

// EXCHANGE_URL=… EXCHANGE_TOKEN=… dotnet run -- read DATASET | follow DATASET FILE [once]
// EXCHANGE_WEBHOOK_SECRET=whsec_… dotnet run -- verify ID TIMESTAMP SIGNATURE < body
switch (args)
{
    case ["read", var dataset]:
        await ReadAll.RunAsync(Hub(), dataset, Console.OpenStandardOutput());
        return 0;
    case ["follow", var dataset, var file, .. var rest]:
        await Follow.RunAsync(Hub(), dataset, file, once: rest is ["once"]);
        return 0;
    case ["verify", var id, var timestamp, var signature]:
        using (var body = new MemoryStream())
        {
            await Console.OpenStandardInput().CopyToAsync(body);
            var secrets = Environment.GetEnvironmentVariable("EXCHANGE_WEBHOOK_SECRET")!.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var genuine = Webhook.IsGenuine(secrets, id, timestamp, signature, body.ToArray(), TimeProvider.System.GetUtcNow());
            Console.WriteLine(genuine ? "genuine" : "not genuine");
            return genuine ? 0 : 1;
        }
    default:
        Console.Error.WriteLine("read DATASET | follow DATASET FILE [once] | verify ID TIMESTAMP SIGNATURE < body");
        return 2;
}

static HttpClient Hub()
{
    var hub = new HttpClient { BaseAddress = new Uri(Environment.GetEnvironmentVariable("EXCHANGE_URL")!), Timeout = TimeSpan.FromSeconds(100) };
    hub.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Environment.GetEnvironmentVariable("EXCHANGE_TOKEN"));
    return hub;
}
