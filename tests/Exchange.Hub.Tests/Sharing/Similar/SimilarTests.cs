using System.Net;
using CsCheck;
using Exchange.Hub.Sharing.Similar;
using Exchange.Hub.Tests.Sharing.Requests;

namespace Exchange.Hub.Tests.Sharing.Similar;

public sealed class SimilarTests
{
    [Test]
    public async Task What_there_is_already_is_found_by_its_fields_title_and_schema()
    {
        var dataset = await OfferedDataset.CreateAsync();
        foreach (var query in new[] { $"title=People%20{dataset.Name}", $"schema={dataset.Name}/2.0&fields=Born,DISTRICT,height", $"schema={dataset.Name}/1.0" })
        {
            var answer = await OfferedDataset.SendAsync(await dataset.RequesterAsync(), HttpMethod.Get, $"similar?limit=100&{query}");
            Assert.That(answer.GetProperty("items")[0].GetProperty("dataset").GetString(), Is.EqualTo(dataset.Name), query);
        }
    }

    [Test]
    public async Task The_fields_in_common_are_named()
    {
        var dataset = await OfferedDataset.CreateAsync();
        var answer = await OfferedDataset.SendAsync(await dataset.RequesterAsync(), HttpMethod.Get, $"similar?schema={dataset.Name}/1.0&fields=born,CITY,height");
        var first = answer.GetProperty("items")[0];
        Assert.Multiple(() =>
        {
            Assert.That(first.GetProperty("sharedFields").EnumerateArray().Select(f => f.GetString()), Is.EqualTo(new[] { "/born", "/address/city" }));
            Assert.That(first.GetProperty("likeness").GetDouble(), Is.EqualTo(0.833), "two of three fields, and the schema");
            Assert.That(first.GetProperty("sameSchema").GetBoolean(), Is.True);
        });
    }

    [Test]
    public async Task Whoever_begins_a_request_is_told_others_that_have_such_fields()
    {
        var (asked, other) = (await OfferedDataset.CreateAsync(), await OfferedDataset.CreateAsync());
        var begun = (await RequestClient.DraftAsync(asked)).Last.GetProperty("similar").EnumerateArray().ToList();
        Assert.That(begun, Has.Count.EqualTo(5).Or.One.Matches<System.Text.Json.JsonElement>(one => one.GetProperty("dataset").GetString() == other.Name));
        Assert.That(begun, Has.None.Matches<System.Text.Json.JsonElement>(one => one.GetProperty("dataset").GetString() == asked.Name));
        Assert.That(begun[0].GetProperty("sharedFields").EnumerateArray().Select(field => field.GetString()), Is.EqualTo(new[] { "/name", "/born", "/district" }));
        var unspecific = await RequestClient.DraftAsync(asked, new() { ["dataset"] = asked.Name });
        Assert.That(unspecific.Last.GetProperty("similar").GetArrayLength(), Is.Zero);
        Assert.That((await unspecific.ReadAsync()).TryGetProperty("similar", out _), Is.False, "told when it begins");
    }

    [Test]
    public async Task Whoever_describes_nothing_is_told_how()
    {
        var dataset = await OfferedDataset.CreateAsync();
        await OfferedDataset.SendAsync(await dataset.RequesterAsync(), HttpMethod.Get, "similar", expected: HttpStatusCode.UnprocessableEntity);
    }

    [TestCase("Company register", "company-register", 1)]
    [TestCase("Post-Code", "postCode", 1)]
    [TestCase("市场主体登记", "市场主体", 0.75)]
    [TestCase("abc", "xyz", 0)]
    [TestCase("", "", 0)]
    public void Texts_are_alike_whatever_their_spelling(string a, string b, double expected) =>
        Assert.That(Likeness.OfTexts(a, b), Is.EqualTo(expected).Within(0.001));

    [Test]
    public void Likeness_is_the_share_of_pairs_that_pair_off() =>
        Gen.Select(Gen.Char["abc"].Array[0, 8], Gen.Char["abc"].Array[0, 8]).Sample((a, b) =>
        {
            var (left, right) = (new string(a), new string(b));
            var rest = Enumerable.Range(0, Math.Max(0, right.Length - 1)).Select(i => right.Substring(i, 2)).ToList();
            var total = Math.Max(0, left.Length - 1) + rest.Count;
            var common = Enumerable.Range(0, Math.Max(0, left.Length - 1)).Count(i => rest.Remove(left.Substring(i, 2)));
            var expected = left.Length < 2 || right.Length < 2 ? (left.Length > 0 && left == right ? 1 : 0) : 2.0 * common / total;
            Assert.That(Likeness.OfTexts(left, right), Is.EqualTo(expected).Within(1e-9));
        });
}
