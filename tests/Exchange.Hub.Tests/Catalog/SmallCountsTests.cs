using System.Text.Json;
using CsCheck;
using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Platform;
using Exchange.Hub.Tests.Runs.Faults;
using Exchange.Hub.Tests.Sharing;

namespace Exchange.Hub.Tests.Catalog;

[TestFixture]
public sealed class SmallCountsTests
{
    static readonly DatasetHead head = new(1, "people", "registry", 1, 1, 1, 1, 0, null, null, null, null, true, []) { SmallCount = 5 };

    [Test]
    public void Counts_that_differ_by_less_than_the_threshold_within_its_step_look_the_same_to_others() =>
        Gen.Select(Gen.Long[0, 1_000_000], Gen.Int[2, 1000]).Sample((count, threshold) =>
        {
            var told = (head with { SmallCount = threshold }).Told(count, Of(Role.Subscriber, "benefits"));
            return told % threshold == 0 && told <= count && count - told < threshold;
        });

    [Test]
    public void Own_people_and_those_who_run_and_audit_the_hub_are_told_exactly()
    {
        foreach (var caller in new[] { Of(Role.ItStaff, "registry"), Of(Role.Clerk, "registry"), Of(Role.Administrator, null), Of(Role.Auditor, null) })
            Assert.That(head.Told(3, caller), Is.EqualTo(3), caller.ToString());
        foreach (var caller in new[] { Of(Role.ItStaff, "benefits"), Of(Role.Administrator, "benefits"), Of(Role.Subscriber, null), Of(Role.Leader, null) })
            Assert.That(head.Told(3, caller), Is.Zero, caller.ToString());
        Assert.That((head with { SmallCount = null }).Told(3, Of(Role.Subscriber, "benefits")), Is.EqualTo(3), "no policy says otherwise");
    }

    [Test]
    public async Task The_catalog_and_the_publications_tell_others_no_small_counts()
    {
        await using var pipeline = await Ledger.StartAsync(7);
        await OfferedDataset.SendAsync(await pipeline.Hub.ClientAsync(Role.Steward, Pipeline.Department), HttpMethod.Put,
            $"datasets/{Pipeline.Dataset}/policy", """{"class":"conditional","modes":["query"],"smallCountThreshold":5}""");
        using var other = await pipeline.Hub.ClientAsync(Role.ItStaff, "elsewhere");

        var own = await LookAsync(pipeline.Reader);
        var told = await LookAsync(other);
        Assert.Multiple(() =>
        {
            Assert.That(own, Is.EqualTo((7L, 7L, 7L, (long?)7L)));
            Assert.That(told, Is.EqualTo((5L, 5L, 5L, (long?)null)));
        });
    }

    static async Task<(long Catalog, long Records, long Added, long? Seq)> LookAsync(HttpClient client)
    {
        var dataset = await OfferedDataset.SendAsync(client, HttpMethod.Get, $"datasets/{Pipeline.Dataset}");
        var publication = (await OfferedDataset.SendAsync(client, HttpMethod.Get, $"datasets/{Pipeline.Dataset}/publications")).GetProperty("items")[0];
        return (dataset.GetProperty("publication").GetProperty("records").GetInt64(), publication.GetProperty("records").GetInt64(), publication.GetProperty("added").GetInt64(),
            publication.TryGetProperty("seq", out var seq) && seq.ValueKind == JsonValueKind.Number ? seq.GetInt64() : null);
    }

    static Caller Of(Role role, string? department) => new("token:1", "Test", role, department);
}
