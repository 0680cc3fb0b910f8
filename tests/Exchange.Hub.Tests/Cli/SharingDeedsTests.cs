using Exchange.Cli;
using Exchange.Hub.Platform;
using Exchange.Hub.Tests.Delivery;
using Exchange.Hub.Tests.Delivery.Proof;
using Exchange.Hub.Tests.Sharing;
using Exchange.Hub.Tests.Sharing.Requests;

namespace Exchange.Hub.Tests.Cli;

/// <summary>The verbs of sharing that the straight way from request to grant does not need.</summary>
public sealed class SharingDeedsTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Test]
    public async Task A_request_is_asked_about_prolonged_refused_appealed_and_upheld_and_another_withdrawn()
    {
        var dataset = await OfferedDataset.CreateAsync();
        var (requester, steward, administrator) = await TokensAsync(dataset);
        var request = await DraftAsync(dataset, requester);
        foreach (var (token, step, state) in new[]
        {
            (requester, "submit", "submitted"), (administrator, "pre-check", "under-review"), (steward, "ask", "under-review"), (requester, "answer", "under-review"),
            (steward, "extend", "extended"), (steward, "refuse", "refused"), (requester, "appeal", "appealed"), (administrator, "uphold", "upheld"),
        })
        {
            var reason = step is "submit" or "pre-check" ? "" : " --reason For␣the␣test";
            Assert.That(await Typed.RunAsync(dataset.Hub, token, $"request {step} {request}{reason}"), Does.Contain($"is {state}"));
        }
        Assert.That(await Typed.RunAsync(dataset.Hub, steward, "clock --breached"), Does.Contain("No clocks."));
        Assert.That(await Typed.RunAsync(dataset.Hub, steward, "clock"), Does.Match(@"conditional-answer +request \w+ +\S+ +kept"));
        var other = await DraftAsync(dataset, requester);
        Assert.That(await Typed.RunAsync(dataset.Hub, requester, $"request withdraw {other}"), Does.Contain("is withdrawn"));
        await Typed.RunAsync(dataset.Hub, requester, $"request withdraw {other}", ExitCode.Conflict);
    }

    [Test]
    public async Task A_grant_is_set_aside_taken_up_renewed_and_completed()
    {
        var dataset = await OfferedDataset.CreateAsync();
        var (requester, steward, _) = await TokensAsync(dataset);
        var grant = (await Granted.IssueAsync(dataset)).Id;
        Assert.That(await Typed.RunAsync(dataset.Hub, steward, $"grant suspend {grant} --reason An␣audit"), Does.Contain("is suspended"));
        Assert.That(await Typed.RunAsync(dataset.Hub, steward, $"grant resume {grant}"), Does.Contain("is active"));
        Assert.That(await Typed.RunAsync(dataset.Hub, steward, $"grant renew {grant} --until 2098-06-01T00:00Z"), Does.Contain("holds until 2098-0").And.Contain("version 1."));
        Assert.That(await Typed.RunAsync(dataset.Hub, steward, $"grant renew {grant} --until 2098-06-01T00:00Z --field /id --field /name"), Does.Contain("version 2."));
        await Typed.RunAsync(dataset.Hub, requester, $"grant renew {grant} --until 2099-06-01T00:00Z", ExitCode.NotAllowed);
        Assert.That(await Typed.RunAsync(dataset.Hub, requester, $"grant complete {grant} --reason It␣is␣done"), Does.Contain("is completed"));
    }

    [Test]
    public async Task A_record_is_said_to_be_wrong_and_whoever_asks_who_looked_it_up_finds_it()
    {
        var stage = await Stage.SetAsync(await TestHub.SharedAsync());
        await stage.Dataset.PublishAsync(KeyValuePair.Create("person-4711", (string?)"""{"id":"person-4711","name":"Zhao Min","district":"north"}"""));
        await stage.IssueAsync(Granted.Everything with { Fields = ["/id", "/name"] });
        await stage.IssueAsync(Granted.Everything with { Fields = ["/id"] }, purpose: "statistics");
        var (name, hub) = (stage.Dataset.Name, stage.Hub);
        var reader = await hub.TokenAsync(Role.Subscriber, stage.Consumer);
        var steward = await hub.TokenAsync(Role.Steward, TestDataset.Department);

        const string Said = "--field /name --statement It␣is␣misspelt --proposed Zhao␣Ming";
        Assert.That(await Typed.RunAsync(hub, reader, $"correction raise {name} person-4711 {Said}", ExitCode.NotAllowed), Does.Contain("statistics"));
        var first = (await Typed.RunAsync(hub, reader, $"correction raise {name} person-4711 {Said} --purpose benefits --case C-7")).Split(' ')[1];
        var second = (await Typed.RunAsync(hub, reader, $"correction raise {name} person-4711 {Said} --purpose benefits")).Split(' ')[1];
        Assert.That(await Typed.RunAsync(hub, reader, $"correction --dataset {name} --state raised"), Does.Contain(first).And.Contain(second));
        Assert.That(await Typed.RunAsync(hub, steward, $"correction verify {first}"), Does.Contain("is verifying"));
        Assert.That(await Typed.RunAsync(hub, steward, $"correction confirm {first}"), Does.Contain("is verifying and confirmed"));
        await Typed.RunAsync(hub, steward, $"correction verify {second}");
        Assert.That(await Typed.RunAsync(hub, steward, $"correction reject {second} --reason It␣is␣right"), Does.Contain("is rejected"));
        Assert.That(await Typed.RunAsync(hub, reader, $"correction acknowledge {second}"), Does.Contain("is rejected"));
        Assert.That(await Typed.RunAsync(hub, reader, $"correction show {first}"), Does.Contain("Zhao Ming"));

        Assert.That(await Typed.RunAsync(hub, steward, $"use {name}"), Does.Match(@"purpose-required").And.Match(@"benefits +C-7 +correction +1 +served"));
        var ofKey = await Typed.RunAsync(hub, steward, $"use {name} --key - -o ndjson", input: "person-4711\n");
        Assert.That(ofKey.Trim().Split('\n'), Has.Length.EqualTo(2));
        Assert.That(await Typed.RunAsync(hub, steward, $"use {name} --key person-1"), Does.Contain("No uses."));
        Assert.That(await Typed.RunAsync(hub, steward, $"use {name} --key -", ExitCode.Usage), Does.Contain("Standard input holds no key."));
    }

    [Test]
    public async Task The_days_of_a_year_are_tried_and_entered()
    {
        await using var hub = await TestHub.StartAsync();
        var administrator = await hub.TokenAsync(Role.Administrator);
        var file = folder.Of("2027.csv");
        await File.WriteAllTextAsync(file, "date,kind,name\n2027-10-01,holiday,National Day\n2027-10-09,workday,Made up\n");
        Assert.That(await Typed.RunAsync(hub, administrator, $"calendar import {file} --dry-run"), Does.Contain("0 clocks would move."));
        Assert.That(await Typed.RunAsync(hub, administrator, "calendar show"), Does.Not.Contain("2027-10-01"));
        Assert.That(await Typed.RunAsync(hub, administrator, $"calendar import {file}"), Does.Contain("0 clocks moved."));
        Assert.That(await Typed.RunAsync(hub, administrator, "calendar show"), Does.Contain("2027-10-01").And.Contain("2027-10-09"));
        Assert.That(await Typed.RunAsync(hub, administrator, "clock --running"), Does.Contain("No clocks."));
    }

    async Task<string> DraftAsync(OfferedDataset dataset, string token)
    {
        var file = folder.Of("request.json");
        await File.WriteAllTextAsync(file, RequestClient.Application(dataset).ToJsonString());
        return (await Typed.RunAsync(dataset.Hub, token, $"request draft {file}")).Split(' ')[1];
    }

    static async Task<(string Requester, string Steward, string Administrator)> TokensAsync(OfferedDataset dataset) => (
        await dataset.Hub.TokenAsync(Role.ItStaff, dataset.Consumer), await dataset.Hub.TokenAsync(Role.Steward, dataset.Provider), await dataset.Hub.TokenAsync(Role.Administrator));
}
