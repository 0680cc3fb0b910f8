using System.Net;
using System.Text.Json;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing;

namespace Exchange.Hub.Tests.Sharing.Access;

public sealed class ExplainTests
{
    [Test]
    public async Task A_reader_is_told_the_grant_the_terms_and_the_policy()
    {
        var dataset = await OfferedDataset.CreateAsync();
        var grant = await Granted.IssueAsync(dataset, Granted.Everything with
        {
            Fields = ["/id", "/name"],
            Masks = new Dictionary<string, Mask> { ["/name"] = Mask.Last4 },
            Rows = [new RowCondition("/district", "in", ["north", "south"])],
        });
        var told = await AskAsync(dataset, Role.Subscriber, dataset.Consumer);
        Assert.Multiple(() =>
        {
            Assert.That(told.GetProperty("allowed").GetBoolean(), Is.True);
            Assert.That(told.GetProperty("rule").GetString(), Is.EqualTo("grant"));
            Assert.That(told.GetProperty("grant").GetGuid(), Is.EqualTo(grant.Id));
            Assert.That(told.GetProperty("terms").GetProperty("masks").GetProperty("/name").GetString(), Is.EqualTo("last4"));
            Assert.That(told.GetProperty("terms").GetProperty("rows")[0].GetProperty("values").GetArrayLength(), Is.EqualTo(2));
            Assert.That(told.GetProperty("policy").GetProperty("policy").GetProperty("class").GetString(), Is.EqualTo("conditional"));
        });
    }

    [Test]
    public async Task Each_grant_that_did_not_fit_is_told_with_its_reason()
    {
        var dataset = await OfferedDataset.CreateAsync();
        var suspended = await Granted.IssueAsync(dataset);
        await Granted.DoAsync(await dataset.StewardAsync(), suspended.Id, "suspend", new { reason = "An audit." });
        var lookup = await Granted.IssueAsync(dataset, Granted.Everything with { Modes = [DeliveryMode.Lookup] });
        var told = await AskAsync(dataset, Role.Subscriber, dataset.Consumer);
        var considered = told.GetProperty("considered").EnumerateArray().ToDictionary(each => each.GetProperty("id").GetGuid(), each => each.GetProperty("code").GetString());
        Assert.That((told.GetProperty("allowed").GetBoolean(), told.GetProperty("code").GetString()), Is.EqualTo((false, "grant-suspended")));
        Assert.That(considered, Is.EquivalentTo(new Dictionary<Guid, string?> { [suspended.Id] = "grant-suspended", [lookup.Id] = "mode-not-granted" }));
    }

    [TestCase(Role.Steward, true)]
    [TestCase(Role.Administrator, false)]
    public async Task Staff_is_told_about_its_own_data_and_an_administrator_that_it_reads_none(Role role, bool allowed)
    {
        var dataset = await OfferedDataset.CreateAsync();
        var told = await AskAsync(dataset, role, role == Role.Administrator ? null : dataset.Provider);
        Assert.That(told.GetProperty("allowed").GetBoolean(), Is.EqualTo(allowed));
        Assert.That(told.GetProperty("rule").GetString(), Is.EqualTo(allowed ? "own-data" : null));
    }

    [Test]
    public async Task The_provider_and_the_hubs_own_people_may_ask_about_a_consumer_and_others_may_not()
    {
        var dataset = await OfferedDataset.CreateAsync();
        await Granted.IssueAsync(dataset);
        var about = $"?department={dataset.Consumer}";
        foreach (var (role, department) in new[] { (Role.Steward, dataset.Provider), (Role.Administrator, null), (Role.Auditor, (string?)null) })
            Assert.That((await AskAsync(dataset, role, department, about)).GetProperty("allowed").GetBoolean(), Is.True, $"{role}");
        foreach (var (role, department) in new[] { (Role.Steward, (string?)dataset.Consumer), (Role.ItStaff, dataset.Provider), (Role.Subscriber, "elsewhere") })
            await AskAsync(dataset, role, department, about, HttpStatusCode.Forbidden);
    }

    static async Task<JsonElement> AskAsync(OfferedDataset dataset, Role role, string? department, string query = "", HttpStatusCode? expected = null) =>
        await OfferedDataset.SendAsync(await dataset.Hub.ClientAsync(role, department), HttpMethod.Get, $"datasets/{dataset.Name}/explain{query}", expected: expected);
}
