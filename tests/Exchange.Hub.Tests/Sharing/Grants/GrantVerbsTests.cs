using System.Net;
using System.Text.Json;
using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing;
using Exchange.Hub.Sharing.Access;
using Exchange.Hub.Sharing.Grants;
using Microsoft.Extensions.DependencyInjection;

namespace Exchange.Hub.Tests.Sharing.Grants;

public sealed class GrantVerbsTests
{
    static readonly object why = new { reason = "The case is closed." };

    [Test]
    public async Task Each_verb_moves_the_grant_and_is_audited()
    {
        var dataset = await OfferedDataset.CreateAsync(policy: null);
        var grant = (await Granted.IssueAsync(dataset)).Id;
        var steward = await dataset.StewardAsync();

        Assert.That(StateOf(await Granted.DoAsync(steward, grant, "suspend", why)), Is.EqualTo("suspended"));
        Assert.That(StateOf(await Granted.DoAsync(steward, grant, "resume", new { })), Is.EqualTo("active"));
        var renewed = await Granted.DoAsync(steward, grant, "renew", new { revision = 3, until = "2090-01-01T00:00:00Z", fields = new[] { "/id", "/name" } });
        Assert.That((renewed.GetProperty("revision").GetInt32(), renewed.GetProperty("version").GetInt32()), Is.EqualTo((4, 2)));
        Assert.That(StateOf(await Granted.DoAsync(steward, grant, "revoke", why)), Is.EqualTo("revoked"));

        Assert.That(await EventsAsync(dataset, grant), Is.EqualTo(new[] { "GrantIssued", "GrantSuspended", "GrantResumed", "GrantRenewed", "GrantRevoked" }));
        var shown = await OfferedDataset.SendAsync(await dataset.RequesterAsync(), HttpMethod.Get, $"grants/{grant}");
        Assert.That(shown.GetProperty("stateReason").GetString(), Is.EqualTo("The case is closed."), "the consumer reads why");
    }

    [Test]
    public async Task The_consumer_completes_a_grant_and_can_do_nothing_else_with_it()
    {
        var dataset = await OfferedDataset.CreateAsync(policy: null);
        var grant = (await Granted.IssueAsync(dataset)).Id;
        var consumer = await dataset.Hub.ClientAsync(Role.Steward, dataset.Consumer);
        foreach (var verb in new[] { "suspend", "revoke" })
            await Granted.DoAsync(consumer, grant, verb, why, HttpStatusCode.Forbidden);
        await Granted.DoAsync(consumer, grant, "renew", new { revision = 1, until = "2120-01-01T00:00:00Z" }, HttpStatusCode.Forbidden);
        Assert.That(await Refusals.OfAsync(dataset.Hub, $"grant:{grant}"), Is.EqualTo(new[] { "other-department 2", "providers-steward-only 1" }));
        Assert.That(StateOf(await Granted.DoAsync(consumer, grant, "complete", new { })), Is.EqualTo("completed"));
    }

    [TestCase("suspend")]
    [TestCase("revoke")]
    public async Task Without_a_reason_nothing_is_taken(string verb)
    {
        var dataset = await OfferedDataset.CreateAsync(policy: null);
        var grant = (await Granted.IssueAsync(dataset)).Id;
        await Granted.DoAsync(await dataset.StewardAsync(), grant, verb, new { reason = " " }, HttpStatusCode.UnprocessableEntity);
        Assert.That(StateOf(await OfferedDataset.SendAsync(await dataset.StewardAsync(), HttpMethod.Get, $"grants/{grant}")), Is.EqualTo("active"));
    }

    [Test]
    public async Task An_administrator_gives_no_time_away()
    {
        var dataset = await OfferedDataset.CreateAsync(policy: null);
        var grant = (await Granted.IssueAsync(dataset)).Id;
        await Granted.DoAsync(await dataset.AdministratorAsync(), grant, "renew", new { revision = 1, until = "2120-01-01T00:00:00Z" }, HttpStatusCode.Forbidden);
    }

    [Test]
    public async Task A_renewal_cannot_add_a_field()
    {
        var dataset = await OfferedDataset.CreateAsync(policy: null);
        var grant = (await Granted.IssueAsync(dataset, Granted.Everything with { Fields = ["/id", "/name"] })).Id;
        await Granted.DoAsync(await dataset.StewardAsync(), grant, "renew", new { revision = 1, until = "2090-01-01T00:00:00Z", fields = new[] { "/id", "/income" } }, HttpStatusCode.UnprocessableEntity);
    }

    [Test]
    public async Task Of_two_administrators_who_revoke_at_once_one_is_told_and_one_event_is_written()
    {
        var dataset = await OfferedDataset.CreateAsync(policy: null);
        var grant = (await Granted.IssueAsync(dataset)).Id;
        var revoke = dataset.Hub.Services.GetRequiredService<RevokeGrant>();
        var refusals = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            try
            {
                await revoke.ExecuteAsync(grant, "Enough.", Caller.System, CancellationToken.None);
                return null;
            }
            catch (HubException refusal)
            {
                return refusal.Code;
            }
        }));
        Assert.That(refusals.Count(code => code is null), Is.EqualTo(1));
        Assert.That(refusals.Where(code => code is not null), Is.All.EqualTo("grant-state"));
        Assert.That(await EventsAsync(dataset, grant), Is.EqualTo(new[] { "GrantIssued", "GrantRevoked" }));
        Assert.That(await Refusals.OfAsync(dataset.Hub, $"grant:{grant}"), Is.EqualTo(new[] { "grant-state 7" }));
    }

    [Test]
    public async Task Of_two_renewals_of_one_revision_the_second_is_told()
    {
        var dataset = await OfferedDataset.CreateAsync(policy: null);
        var grant = (await Granted.IssueAsync(dataset)).Id;
        var steward = await dataset.StewardAsync();
        await Granted.DoAsync(steward, grant, "renew", new { revision = 1, until = "2090-01-01T00:00:00Z" });
        var refusal = await Granted.DoAsync(steward, grant, "renew", new { revision = 1, until = "2091-01-01T00:00:00Z" }, HttpStatusCode.Conflict);
        Assert.That(refusal.GetProperty("code").GetString(), Is.EqualTo("grant-changed"));
        Assert.That(await Refusals.OfAsync(dataset.Hub, $"grant:{grant}"), Is.EqualTo(new[] { "grant-changed 1" }));
    }

    [Test]
    public async Task A_grant_is_seen_by_its_two_departments_administrators_and_auditors_only()
    {
        var dataset = await OfferedDataset.CreateAsync(policy: null);
        var grant = (await Granted.IssueAsync(dataset)).Id;
        HttpClient[] seeing = [await dataset.StewardAsync(), await dataset.RequesterAsync(), await dataset.AdministratorAsync(), await dataset.Hub.ClientAsync(Role.Auditor)];
        foreach (var client in seeing)
            Assert.That((await OfferedDataset.SendAsync(client, HttpMethod.Get, $"grants?dataset={dataset.Name}")).GetProperty("items").GetArrayLength(), Is.EqualTo(1));
        HttpClient[] blind = [await dataset.Hub.ClientAsync(Role.Steward, "elsewhere"), await dataset.Hub.ClientAsync(Role.Subscriber)];
        foreach (var client in blind)
        {
            Assert.That((await OfferedDataset.SendAsync(client, HttpMethod.Get, $"grants?dataset={dataset.Name}")).GetProperty("items").GetArrayLength(), Is.Zero);
            await OfferedDataset.SendAsync(client, HttpMethod.Get, $"grants/{grant}", expected: HttpStatusCode.NotFound);
        }
    }

    [Test]
    public async Task The_job_marks_what_is_over_and_nothing_else()
    {
        var dataset = await OfferedDataset.CreateAsync(policy: null);
        var over = (await Granted.IssueAsync(dataset, Granted.Everything with { Until = DateTimeOffset.UnixEpoch.AddDays(1) })).Id;
        var open = (await Granted.IssueAsync(dataset)).Id;
        await dataset.Hub.Services.GetRequiredService<ExpireGrants>().ExecuteAsync(CancellationToken.None);
        var store = dataset.Hub.Services.GetRequiredService<GrantStore>();
        Assert.That((await store.FindAsync(over, CancellationToken.None))!.State, Is.EqualTo(GrantState.Expired));
        Assert.That((await store.FindAsync(open, CancellationToken.None))!.State, Is.EqualTo(GrantState.Active));
        Assert.That(await EventsAsync(dataset, over), Does.Contain("GrantExpired"));
    }

    [Test]
    public async Task A_renewal_cannot_open_a_field_by_leaving_out_what_it_names_within()
    {
        var dataset = await OfferedDataset.CreateAsync(policy: null);
        var grant = (await Granted.IssueAsync(dataset, Granted.Everything with { Fields = ["/id", "/address", "/address/city"] })).Id;
        var steward = await dataset.StewardAsync();
        await Granted.DoAsync(steward, grant, "renew", new { revision = 1, until = "2090-01-01T00:00:00Z", fields = new[] { "/id", "/address" } }, HttpStatusCode.UnprocessableEntity);
        await Granted.DoAsync(steward, grant, "renew", new { revision = 1, until = "2090-01-01T00:00:00Z", fields = new[] { "/id" } });
    }

    [Test]
    public async Task A_renewal_that_only_prolongs_leaves_the_version_and_one_with_fewer_fields_raises_it()
    {
        var dataset = await OfferedDataset.CreateAsync(policy: null);
        var grant = (await Granted.IssueAsync(dataset)).Id;
        var steward = await dataset.StewardAsync();
        var prolonged = await Granted.DoAsync(steward, grant, "renew", new { revision = 1, until = "2090-01-01T00:00:00Z" });
        var narrowed = await Granted.DoAsync(steward, grant, "renew", new { revision = 2, until = "2090-01-01T00:00:00Z", fields = new[] { "/id" } });
        Assert.That((prolonged.GetProperty("version").GetInt32(), narrowed.GetProperty("version").GetInt32()), Is.EqualTo((1, 2)));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task When_a_dataset_is_handed_over_its_grants_go_with_it(bool byTheJob)
    {
        var dataset = await OfferedDataset.CreateAsync(policy: null);
        var grant = (await Granted.IssueAsync(dataset)).Id;
        var heir = await dataset.Hub.ClientAsync(Role.Steward, $"{dataset.Provider}-heir");
        await dataset.Hub.Database.InTransactionAsync(
            async connection => await DatasetHeads.HandOverAsync(connection, (await Granted.HeadAsync(dataset)).DatasetId, $"{dataset.Provider}-heir", CancellationToken.None), CancellationToken.None);
        if (byTheJob)
        {
            await dataset.Hub.Services.GetRequiredService<PassGrantsOn>().ExecuteAsync(CancellationToken.None);
            Assert.That((await OfferedDataset.SendAsync(heir, HttpMethod.Get, $"grants?dataset={dataset.Name}")).GetProperty("items").GetArrayLength(), Is.EqualTo(1));
        }
        await Granted.DoAsync(await dataset.StewardAsync(), grant, "suspend", why, HttpStatusCode.Forbidden);
        var suspended = await Granted.DoAsync(heir, grant, "suspend", why);
        Assert.That((StateOf(suspended), suspended.GetProperty("provider").GetString()), Is.EqualTo(("suspended", $"{dataset.Provider}-heir")));
        Assert.That(await EventsAsync(dataset, grant), Is.EqualTo(new[] { "GrantIssued", "GrantPassedOn", "GrantSuspended" }));
    }

    static IEnumerable<TestCaseData> Unenforceable =>
    [
        new TestCaseData(Granted.Everything with { Fields = ["/name"] }, "/fields").SetArgDisplayNames("key withheld"),
        new TestCaseData(Granted.Everything with { Fields = ["/id", "/nowhere"] }, "/fields/1").SetArgDisplayNames("unknown field"),
        new TestCaseData(Granted.Everything with { Masks = new Dictionary<string, Mask> { ["/id"] = Mask.Hash } }, "/masks").SetArgDisplayNames("key masked"),
        new TestCaseData(Granted.Everything with { Fields = ["/id"], Masks = new Dictionary<string, Mask> { ["/name"] = Mask.Hash } }, "/masks").SetArgDisplayNames("mask of a withheld field"),
        new TestCaseData(Granted.Everything with { Rows = [new RowCondition("/name", "eq", ["Li"])] }, "/rows/0").SetArgDisplayNames("row filter over no filterable field"),
        new TestCaseData(Granted.Everything with { Modes = [] }, "/modes").SetArgDisplayNames("no mode"),
        new TestCaseData(Granted.Everything with { Until = DateTimeOffset.UnixEpoch }, "/until").SetArgDisplayNames("empty period"),
        new TestCaseData(Granted.Everything with { Quota = new Quota(0) }, "/quota/requestsPerMinute").SetArgDisplayNames("quota of nothing"),
    ];

    [TestCaseSource(nameof(Unenforceable))]
    public async Task Terms_that_cannot_be_enforced_are_not_granted(Terms terms, string pointer)
    {
        var dataset = await OfferedDataset.CreateAsync(policy: null);
        var refusal = (await Assert.ThrowsAsync<HubException>(() => Granted.IssueAsync(dataset, terms)))!;
        Assert.That(refusal.Errors.Select(error => error.Pointer), Has.Some.StartsWith(pointer));
    }

    static string? StateOf(JsonElement grant) => grant.GetProperty("state").GetString();

    static async Task<string[]> EventsAsync(OfferedDataset dataset, Guid grant)
    {
        var log = await OfferedDataset.SendAsync(await dataset.Hub.ClientAsync(Role.Auditor), HttpMethod.Get, $"audit?subject=grant:{grant}");
        return [.. log.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("event").GetProperty("type").GetString()!).Where(type => type != nameof(DeedRefused)).Reverse()];
    }
}
