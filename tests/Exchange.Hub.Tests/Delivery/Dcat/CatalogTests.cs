using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.RegularExpressions;
using Exchange.Hub.Catalog.Datasets;
using Exchange.Hub.Catalog.Documents;
using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Delivery.Dcat.Rdf;
using Exchange.Hub.Platform;
using Exchange.Hub.Tests.Sharing;

namespace Exchange.Hub.Tests.Delivery.Dcat;

public sealed class CatalogTests
{
    const string JsonLd = "application/ld+json";
    const string Turtle = "text/turtle";

    [Test]
    public async Task The_whole_catalog_conforms_to_DCAT_AP_and_is_one_graph_in_both_forms()
    {
        await using var hub = await TestHub.StartAsync(options => options with { PublicAddress = "https://exchange.city.example", Organisation = "City of \"Exampleton\"" });
        await DescribedAsync(await OfferedDataset.CreateAsync("""{"class":"unconditional","modes":["query"],"fields":{"/address/street":{"class":"not-shared","legalBasis":"Act 7"}}}""", hub));
        await DescribedAsync(await OfferedDataset.CreateAsync("""{"class":"not-shared","legalBasis":"Secrets Act, \"section 3\"","modes":[]}""", hub));
        await OfferedDataset.CreateAsync(policy: null, hub);
        await OfferedDataset.CreateAsync(hub: hub);

        await RequireConformingAsync(hub, "/catalog");
    }

    [Test]
    public async Task A_dataset_by_itself_conforms_and_is_one_graph_in_both_forms()
    {
        var dataset = await DescribedAsync(await OfferedDataset.CreateAsync("""{"class":"conditional","modes":["query"],"termsOfUse":"Use it well.\nDelete it after.","usualConditions":["no C:\\copies"]}"""));
        await RequireConformingAsync(dataset.Hub, $"/catalog/datasets/{dataset.Name}");
    }

    [Test]
    public async Task Both_engines_see_what_a_broken_catalog_lacks()
    {
        var dataset = await OfferedDataset.CreateAsync();
        var place = $"/catalog/datasets/{dataset.Name}";
        var turtle = await ReadAsync(dataset.Hub, $"{place}.ttl");
        var judged = await ShaclJudge.JudgeAsync(Regex.Replace(turtle, @"\n +dct:title [^\n]+ ;", ""), await ReadAsync(dataset.Hub, $"{place}.jsonld"));
        Assert.Multiple(() =>
        {
            Assert.That(judged.Same, Is.False);
            Assert.That(judged.Findings, Has.Count.EqualTo(2));
            foreach (var (engine, findings) in judged.Findings)
                Assert.That(findings.Where(f => f.Severity == "Violation" && f.Path == "http://purl.org/dc/terms/title").Select(f => f.Focus), Does.Contain($"{dataset.Hub.Address.AbsoluteUri.TrimEnd('/')}{place}"), engine);
        });
    }

    [Test]
    public async Task Any_text_reads_the_same_in_both_forms()
    {
        var graph = new Graph();
        // Every character that could need an escape, alone, doubled and between others.
        var characters = Enumerable.Range(1, 0xA0).Append(0x2028).Append(0x4E00).Append(0xFFFD).Select(code => (char)code);
        string[] texts = [.. characters.SelectMany(c => new[] { $"{c}", $"{c}{c}", $"a{c}b\\u{c}" }), "𠮷 and 🏙"];
        foreach (var (index, text) in texts.Index())
            graph.About(new Iri($"https://exchange.example/{index}#ü")).Says("dct:title", LiteralTerm.In(index % 2 == 0 ? "zh-Hant" : "no tag", text));
        var judged = await ShaclJudge.JudgeAsync(Read(TurtleWriter.Write(graph)), Read(JsonLdWriter.Write(graph)));
        Assert.That((judged.Same, judged.Triples), Is.EqualTo((true, texts.Length)));
    }

    [TestCase("https://a.example/ü", true)]
    [TestCase("mailto:data@a.example", true)]
    [TestCase("/catalog", false)]
    [TestCase("https://a.example/a b", false)]
    [TestCase("https://a.example/<b>", false)]
    [TestCase("https://a.example/a\\u0020", false)]
    public void Only_absolute_IRIs_are_taken(string text, bool taken) => Assert.That(Iri.IsIri(text), Is.EqualTo(taken));

    [Test]
    public async Task A_dataset_tells_its_twelve_fields_with_Chinese_as_Chinese()
    {
        var dataset = await DescribedAsync(await OfferedDataset.CreateAsync("""{"class":"conditional","modes":["query"],"legalBasis":"Act 1"}"""));
        using var document = JsonDocument.Parse(await ReadAsync(dataset.Hub, $"/catalog/datasets/{dataset.Name}"));
        var address = $"{dataset.Hub.Address.AbsoluteUri.TrimEnd('/')}";
        var node = document.RootElement.GetProperty("@graph").EnumerateArray().Single(n => n.GetProperty("@id").GetString() == $"{address}/catalog/datasets/{dataset.Name}");
        string[] Of(string predicate) => [.. node.GetProperty(predicate).EnumerateArray().Select(o => o.TryGetProperty("@id", out var id) ? id.GetString()! : $"{o.GetProperty("@value")}{(o.TryGetProperty("@language", out var tag) ? $"@{tag}" : "")}")];
        Assert.Multiple(() =>
        {
            Assert.That(Of("dct:title"), Is.EqualTo(new[] { "People \"\\ \n of the city@en", "人口@zh" }));
            Assert.That(Of("dct:description"), Is.EqualTo(new[] { "Who lives where@en" }));
            Assert.That(Of("dct:identifier"), Is.EqualTo(new[] { dataset.Name }));
            Assert.That(Of("dct:publisher"), Is.EqualTo(new[] { $"{address}/catalog#department-{dataset.Provider}" }));
            Assert.That(Of("dcat:theme"), Is.EqualTo(new[] { "http://publications.europa.eu/resource/authority/data-theme/SOCI", "https://themes.example/people#all" }));
            Assert.That(Of("dcat:keyword"), Is.EqualTo(new[] { "residents@en", "居民@zh" }));
            Assert.That(Of("dct:conformsTo"), Is.EqualTo(new[] { $"{address}/api/v1/schemas/{dataset.Name}/1.0" }));
            Assert.That(Of("dct:accessRights"), Is.EqualTo(new[] { "http://publications.europa.eu/resource/authority/access-right/RESTRICTED" }));
            Assert.That(Of("odrl:hasPolicy"), Is.EqualTo(new[] { $"{address}/catalog/datasets/{dataset.Name}#policy" }));
            Assert.That(Of("dcat:distribution"), Has.Length.EqualTo(4));
            Assert.That(Of("dct:accrualPeriodicity"), Is.EqualTo(new[] { "http://publications.europa.eu/resource/authority/frequency/DAILY" }));
            Assert.That(Of("dct:issued"), Is.EqualTo(new[] { "2024-02-29T06:00:00Z" }));
            Assert.That(Of("dcat:version"), Is.EqualTo(new[] { "1" }));
        });
    }

    [TestCase("/catalog", null, JsonLd)]
    [TestCase("/catalog", "*/*", JsonLd)]
    [TestCase("/catalog", "text/turtle", Turtle)]
    [TestCase("/catalog", "application/ld+json;q=0.5, text/turtle;q=0.9", Turtle)]
    [TestCase("/catalog", "text/turtle;q=0, */*", JsonLd)]
    [TestCase("/catalog.ttl", JsonLd, Turtle)]
    [TestCase("/catalog.jsonld", Turtle, JsonLd)]
    public async Task The_form_is_what_the_client_asks_for(string place, string? accept, string expected)
    {
        using var answer = await GetAsync(await TestHub.SharedAsync(), place, accept);
        Assert.That((answer.StatusCode, answer.Content.Headers.ContentType?.MediaType), Is.EqualTo((HttpStatusCode.OK, expected)));
    }

    [Test]
    public async Task Whoever_wants_another_form_is_told_which_there_are()
    {
        using var answer = await GetAsync(await TestHub.SharedAsync(), "/catalog", "application/rdf+xml");
        Assert.That((int)answer.StatusCode, Is.EqualTo(406));
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain(Turtle).And.Contain(JsonLd));
    }

    [Test]
    public async Task A_harvester_that_has_it_is_sent_nothing()
    {
        var dataset = await OfferedDataset.CreateAsync();
        using var first = await GetAsync(dataset.Hub, $"/catalog/datasets/{dataset.Name}", null);
        using var second = await GetAsync(dataset.Hub, $"/catalog/datasets/{dataset.Name}", null, first.Headers.ETag);
        using var other = await GetAsync(dataset.Hub, $"/catalog/datasets/{dataset.Name}", Turtle, first.Headers.ETag);
        Assert.That((second.StatusCode, other.StatusCode), Is.EqualTo((HttpStatusCode.NotModified, HttpStatusCode.OK)));
    }

    [Test]
    public async Task An_unknown_dataset_is_a_404()
    {
        using var answer = await GetAsync(await TestHub.SharedAsync(), "/catalog/datasets/nowhere.ttl", null);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    static async Task RequireConformingAsync(TestHub hub, string place)
    {
        var judged = await ShaclJudge.JudgeAsync(await ReadAsync(hub, $"{place}.ttl"), await ReadAsync(hub, $"{place}.jsonld"));
        foreach (var (engine, findings) in judged.Findings)
            await TestContext.Out.WriteLineAsync($"{engine}: {string.Join("\n  ", findings.GroupBy(f => $"{f.Severity} {f.Path} {f.Message}").Select(g => $"{g.Count()} × {g.Key}, such as {g.First().Focus}"))}");
        Assert.Multiple(() =>
        {
            Assert.That(judged.Same, Is.True);
            Assert.That(judged.Findings, Has.Count.EqualTo(2));
            Assert.That(judged.Findings.Values.SelectMany(findings => findings).Where(finding => finding.Severity == "Violation"), Is.Empty);
        });
    }

    /// <summary>Gives a dataset every member that the catalog tells, and a publication.</summary>
    static async Task<OfferedDataset> DescribedAsync(OfferedDataset dataset)
    {
        var body = JsonSerializer.SerializeToElement(new
        {
            title = new { en = "People \"\\ \n of the city", zh = "人口" },
            description = new { en = "Who lives where" },
            keywords = new { en = new[] { "residents" }, zh = new[] { "居民" } },
            themes = new[] { "SOCI", "https://themes.example/people#all" },
            department = dataset.Provider,
            schema = $"{dataset.Name}/1.0",
            source = "none",
            mapping = "none",
            schedule = new { cron = "0 6 * * 1-5" },
        });
        var (at, ct) = (new DateTimeOffset(2024, 2, 29, 6, 0, 0, TimeSpan.Zero), CancellationToken.None);
        await dataset.Hub.Database.InTransactionAsync(async connection =>
        {
            await DocumentStore.PutAsync(connection, DatasetCatalog.Kind, dataset.Name, body, "test", at, ct);
            var head = (await DatasetHeads.FindAsync(connection, dataset.Name, ct))!;
            await DatasetHeads.AdvanceAsync(connection, new Publication(head.DatasetId, 1, Guid.CreateVersion7(), at, 0, 0, 0, 0, 1, 0, $"{dataset.Name}/1.0", "test@1"), null, "[]", ct);
        }, ct);
        return dataset;
    }

    static async Task<string> ReadAsync(TestHub hub, string place)
    {
        using var answer = await GetAsync(hub, place, null);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK), text);
        return text;
    }

    static async Task<HttpResponseMessage> GetAsync(TestHub hub, string place, string? accept, EntityTagHeaderValue? known = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, place);
        if (accept is not null)
            request.Headers.TryAddWithoutValidation("Accept", accept);
        if (known is not null)
            request.Headers.IfNoneMatch.Add(known);
        return await (await hub.ClientAsync(Role.Subscriber, "reader")).SendAsync(request);
    }

    static string Read(byte[] utf8) => System.Text.Encoding.UTF8.GetString(utf8);
}
