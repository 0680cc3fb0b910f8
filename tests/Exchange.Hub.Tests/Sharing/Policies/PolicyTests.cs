using System.Net;
using System.Text.Json;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing.Policies;

namespace Exchange.Hub.Tests.Sharing.Policies;

public sealed class PolicyTests
{
    static readonly string[] Refused = ["/fields/~1id", "/fields/~1name", "/fields/~1shoeSize", "/fields/~1income/legalBasis", "/modes", "/smallCountThreshold"];

    [Test]
    public async Task Without_a_policy_a_dataset_is_not_offered()
    {
        var dataset = await OfferedDataset.CreateAsync(policy: null);
        var view = await OfferedDataset.SendAsync(await dataset.RequesterAsync(), HttpMethod.Get, $"datasets/{dataset.Name}/policy");
        Assert.Multiple(() =>
        {
            Assert.That(view.GetProperty("offered").GetBoolean(), Is.False);
            Assert.That(view.GetProperty("department").GetString(), Is.EqualTo(dataset.Provider));
            Assert.That(view.GetProperty("policy").ValueKind, Is.EqualTo(JsonValueKind.Null));
        });
    }

    [Test]
    public async Task The_steward_of_the_department_states_the_policy_and_the_deed_is_written_down()
    {
        var dataset = await OfferedDataset.CreateAsync();
        var path = $"datasets/{dataset.Name}/policy";
        var policy = """{"class":"conditional","fields":{"/income":{"class":"not-shared","legalBasis":"Tax Act, section 30"}},"modes":["lookup"],"usualConditions":["Use at the counter only"],"smallCountThreshold":5}""";

        var change = await OfferedDataset.SendAsync(await dataset.StewardAsync(), HttpMethod.Put, path, policy);
        var view = await OfferedDataset.SendAsync(await dataset.RequesterAsync(), HttpMethod.Get, path);
        var audit = await OfferedDataset.SendAsync(await dataset.AdministratorAsync(), HttpMethod.Get, $"audit?subject=dataset:{dataset.Name}&type=PolicyStated");
        Assert.Multiple(() =>
        {
            Assert.That(change.GetProperty("revision").GetInt32(), Is.EqualTo(2));
            Assert.That(view.GetProperty("policy").GetProperty("fields").GetProperty("/income").GetProperty("class").GetString(), Is.EqualTo("not-shared"));
            Assert.That(view.GetProperty("policy").GetProperty("smallCountThreshold").GetInt32(), Is.EqualTo(5));
            Assert.That(audit.GetProperty("items").GetArrayLength(), Is.EqualTo(2));
        });
    }

    [Test]
    public async Task Nobody_but_the_departments_steward_may_state_its_policy()
    {
        var dataset = await OfferedDataset.CreateAsync();
        foreach (var client in new[] { await dataset.Hub.ClientAsync(Role.Steward, dataset.Consumer), await dataset.AdministratorAsync(), await dataset.Hub.ClientAsync(Role.ItStaff, dataset.Provider) })
            await OfferedDataset.SendAsync(client, HttpMethod.Put, $"datasets/{dataset.Name}/policy", """{"class":"unconditional","modes":["query"]}""", HttpStatusCode.Forbidden);
    }

    [Test]
    public async Task Everything_that_is_wrong_with_a_policy_is_said_at_once()
    {
        var dataset = await OfferedDataset.CreateAsync();
        var problem = await OfferedDataset.SendAsync(await dataset.StewardAsync(), HttpMethod.Put, $"datasets/{dataset.Name}/policy", """
            {"class":"conditional","modes":[],"smallCountThreshold":1,
             "fields":{"/id":{"class":"not-shared","legalBasis":"x"},"/name":{"class":"unconditional"},"/shoeSize":{"class":"not-shared","legalBasis":"x"},"/income":{"class":"not-shared"}}}
            """, HttpStatusCode.UnprocessableEntity);
        Assert.That(problem.GetProperty("errors").EnumerateArray().Select(e => e.GetProperty("pointer").GetString()).Distinct(), Is.EquivalentTo(Refused));
    }

    [Test]
    public async Task What_is_not_shared_cites_the_law()
    {
        var dataset = await OfferedDataset.CreateAsync();
        var problem = await OfferedDataset.SendAsync(await dataset.StewardAsync(), HttpMethod.Put, $"datasets/{dataset.Name}/policy", """{"class":"not-shared"}""", HttpStatusCode.UnprocessableEntity);
        Assert.That(problem.GetProperty("errors")[0].GetProperty("pointer").GetString(), Is.EqualTo("/legalBasis"));
    }

    [TestCase("/name", SharingClass.Unconditional)]
    [TestCase("/address/city", SharingClass.Conditional)]
    [TestCase("/address/street", SharingClass.NotShared)]
    [TestCase("/address/street/number", SharingClass.NotShared, Description = "what stands in it")]
    [TestCase("/address", SharingClass.NotShared, Description = "whoever asks for the whole asks for its parts")]
    [TestCase("/addressed", SharingClass.Unconditional, Description = "a longer name is another field")]
    public void A_field_is_as_strict_as_the_strictest_that_it_holds_or_stands_in(string pointer, SharingClass expected)
    {
        var policy = new PolicyDefinition
        {
            Class = SharingClass.Unconditional,
            Fields = new Dictionary<string, FieldPolicy> { ["/address"] = new(SharingClass.Conditional), ["/address/street"] = new(SharingClass.NotShared, "Privacy Act, section 4") },
        };
        Assert.That(policy.Of(pointer).Class, Is.EqualTo(expected));
    }
}
