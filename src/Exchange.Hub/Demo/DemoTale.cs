using System.Net.Http.Headers;
using Exchange.Hub.Demo.City;
using Exchange.Hub.Demo.Sharing;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing.Clocks;
using Exchange.Hub.Sharing.Corrections;
using Exchange.Hub.Sharing.Grants;
using Exchange.Hub.Sharing.Mail;
using Exchange.Hub.Sharing.Requests;

namespace Exchange.Hub.Demo;

/// <summary>The whole of the demo on a hub that runs: the city's days, the sharing, the comparison, and life after it.</summary>
sealed class DemoTale(DemoOptions options, SampleFolder samples, WebApplication hub, HubOptions settings, DemoClock clock, Postbox postbox, Narrator narrator)
{
    readonly List<string> surprises = [];
    readonly Uri address = new(hub.Urls.First());

    /// <summary>Tells it.</summary>
    /// <returns>0 when everything came out as it must.</returns>
    public async Task<int> TellAsync(CancellationToken cancellationToken)
    {
        var token = (await File.ReadAllTextAsync(Path.Combine(settings.DataDirectory, FirstToken.FileName), cancellationToken)).Trim();
        using var http = new HttpClient { BaseAddress = address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var administrator = new HubClient(http, clock);
        var city = new CityStory(settings.SourcesDirectory, options.People);
        using var cast = new SharingCast(address, administrator, clock);
        var stage = new SharingStage(cast, samples, clock, UpkeepAsync, narrator, cancellationToken);

        var days = new DemoStory(administrator, city, samples, UpkeepAsync, narrator, surprises, cancellationToken);
        var sharing = new SharingStory(stage, cast, city, samples, cancellationToken);
        await days.TellAsync();
        await sharing.BeginAsync();
        await days.LastMorningAsync();
        await sharing.EndAsync();

        await days.SumUpAsync();
        var truth = new SharingTruth(sharing, stage, cast, city, postbox, surprises, cancellationToken);
        await truth.CompareAsync();
        narrator.Shared(truth.Rows, postbox.Letters.Count);
        narrator.Verdict(surprises);
        if (!options.Once)
            await new DemoCity(administrator, city, samples, narrator, new DemoOffer(address, cast, stage, sharing, narrator)).LiveOnAsync(cancellationToken);
        return surprises.Count == 0 ? 0 : 1;
    }

    /// <summary>What the hub does every minute. The story, which passes days in an instant, does not wait for it.</summary>
    async Task UpkeepAsync(CancellationToken cancellationToken)
    {
        await hub.Services.GetRequiredService<WatchCatalogue>().ExecuteAsync(cancellationToken);
        await hub.Services.GetRequiredService<WatchClocks>().ExecuteAsync(cancellationToken);
        await hub.Services.GetRequiredService<ExpireGrants>().ExecuteAsync(cancellationToken);
        await hub.Services.GetRequiredService<CloseCorrections>().ExecuteAsync(cancellationToken);
        await hub.Services.GetRequiredService<StopDelivery>().ExecuteAsync(cancellationToken);
        await hub.Services.GetRequiredService<SendMail>().ExecuteAsync(cancellationToken);
    }
}
