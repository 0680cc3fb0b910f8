using System.Text.Json.Nodes;
using Exchange.Hub.Demo.City;

namespace Exchange.Hub.Demo;

/// <summary>The city after the story: schedules run, and each round of them is a new day.</summary>
sealed class DemoCity(HubClient hub, CityStory city, SampleFolder samples, Narrator narrator, DemoOffer offer)
{
    const string EveryOtherMinute = "*/2 * * * *";

    /// <summary>Prints what can be tried and lives on until cancelled.</summary>
    public async Task LiveOnAsync(CancellationToken cancellationToken)
    {
        offer.Print();
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
}
