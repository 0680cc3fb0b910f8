using System.Text.Json.Nodes;
using Exchange.Hub.Demo.City;

namespace Exchange.Hub.Demo;

/// <summary>The city after the story: schedules run, and each round of them is a new day.</summary>
sealed class DemoCity(HubClient hub, CityStory city, SampleFolder samples, Narrator narrator)
{
    const string EveryOtherMinute = "*/2 * * * *";

    /// <summary>Prints what can be tried and lives on until cancelled.</summary>
    public async Task LiveOnAsync(Uri address, CancellationToken cancellationToken)
    {
        await OfferAsync(address, cancellationToken);
        foreach (var (path, body) in samples.Documents().Where(document => document.Path.StartsWith("datasets/", StringComparison.Ordinal)))
        {
            body["schedule"] = new JsonObject { ["cron"] = EveryOtherMinute, ["timeZone"] = "UTC" };
            await hub.PutAsync(path, body, cancellationToken);
        }
        narrator.Say("The schedules are on, every other minute instead of every morning, and each round is a new day. Ctrl+C ends the demo.");
        var told = new Dictionary<string, string>();
        for (var day = DemoStory.LastDay + 1; ; day++)
        {
            narrator.Chapter(day, "a day like any other");
            foreach (var island in city.Islands)
                island.Write(day, island == city.Marriages ? Mishap.RenamedColumn : Mishap.None);
            foreach (var island in city.Islands)
                narrator.Ran(await hub.NextScheduledRunAsync(island.Dataset, told, cancellationToken));
        }
    }

    async Task OfferAsync(Uri address, CancellationToken cancellationToken)
    {
        narrator.Say();
        narrator.Say("Try it from another terminal, as the staff of each department:");
        narrator.Say($"  {await CurlAsync("market-regulation", cancellationToken)} '{address}api/v1/datasets/companies/records?status=revoked&limit=3'");
        narrator.Say($"  {await CurlAsync("resident-registration", cancellationToken)} -H 'Accept: application/x-ndjson' {address}api/v1/datasets/residents/records | head");
        narrator.Say($"  {await CurlAsync("civil-affairs", cancellationToken)} '{address}api/v1/datasets/marriages/changes?limit=5'");
        narrator.Say();
    }

    /// <summary>The beginning of a call with a new token of a department's staff.</summary>
    async Task<string> CurlAsync(string department, CancellationToken cancellationToken)
    {
        var issued = await hub.PostAsync("tokens", new { name = $"{department} (demo)", role = "it-staff", department }, cancellationToken);
        return $"curl -s -H 'Authorization: Bearer {issued.GetProperty("token").GetString()}'";
    }
}
