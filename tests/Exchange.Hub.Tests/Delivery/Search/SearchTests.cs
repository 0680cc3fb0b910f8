using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Exchange.Hub.Catalog.Documents;
using Exchange.Hub.Catalog.Search;
using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Platform;
using Exchange.Hub.Tests.Sharing;
using Npgsql;

namespace Exchange.Hub.Tests.Delivery.Search;

public sealed class SearchTests
{
    static int made;

    /// <summary>Of their own: what they declare names schemas that nobody registered.</summary>
    static TestHub hub = null!;

    [OneTimeSetUp]
    public static async Task Start() => hub = await TestHub.StartAsync();

    [OneTimeTearDown]
    public static Task Stop() => hub.DisposeAsync().AsTask();

    [TestCase("company", "a stem: the title says companies")]
    [TestCase("COMPANIES registering", "two stems")]
    [TestCase("regis", "the beginning of the last word")]
    [TestCase("主体", "two characters in a run of four")]
    [TestCase("市场主", "three characters of it")]
    [TestCase("场", "one character")]
    [TestCase("市场主体 company", "mixed")]
    [TestCase("turnover", "a keyword")]
    [TestCase("营业额", "a Chinese keyword")]
    [TestCase("legal form", "the title of a field")]
    [TestCase("法律形式", "the Chinese title of a field")]
    [TestCase("founded", "a part of the name of a field")]
    [TestCase("shareholders", "the description of a field")]
    [TestCase("treasury", "the title of the department")]
    [TestCase("economy finance", "the title of the theme")]
    public async Task It_is_found_by(string words, string why)
    {
        var mark = await CompaniesAsync();
        Assert.That(await NamesAsync($"q={Uri.EscapeDataString($"{mark} {words}")}"), Is.EqualTo(new[] { mark }), why);
    }

    [TestCase("体主", "characters in another order")]
    [TestCase("市体", "characters that do not stand together")]
    [TestCase("company hospital", "one word of two")]
    [TestCase("panies", "the end of a word")]
    public async Task It_is_not_found_by(string words, string why)
    {
        var mark = await CompaniesAsync();
        Assert.That(await NamesAsync($"q={Uri.EscapeDataString($"{mark} {words}")}"), Is.Empty, why);
    }

    [TestCase("'")]
    [TestCase("\"a b")]
    [TestCase("a & b | !c <-> d:*")]
    [TestCase("\\")]
    [TestCase("%00")]
    [TestCase("\0a")]
    [TestCase("((((")]
    [TestCase("'':A")]
    [TestCase("$1 $2")]
    [TestCase("the of and")]
    [TestCase("１２３ ｶﾅ 한국어 Ünïcode ɐ́")]
    [TestCase("1e999999 -0.0 1.2.3.4 http://a.example/?b=c a@b.example")]
    public async Task Odd_text_is_answered(string text)
    {
        using var answer = await (await ClientAsync()).GetAsync($"/api/v1/catalog/search?q={Uri.EscapeDataString(text)}");
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK), await answer.Content.ReadAsStringAsync());
    }

    [TestCase("q=%FF%FE", 200)]
    [TestCase("q=a&q=b", 200)]
    [TestCase("q=!!!", 200)]
    [TestCase("cursor=-1", 400)]
    [TestCase("cursor=x", 400)]
    [TestCase("limit=0", 400)]
    [TestCase("colour=red", 400)]
    [TestCase("class=secret", 400)]
    [TestCase("class=conditional&class=not-offered", 200)]
    [TestCase("updated=never", 200)]
    public async Task Parameters_that_will_not_do_are_told(string query, int status)
    {
        using var answer = await (await ClientAsync()).GetAsync($"/api/v1/catalog/search?{query}");
        Assert.That((int)answer.StatusCode, Is.EqualTo(status), await answer.Content.ReadAsStringAsync());
    }

    [Test]
    public async Task Text_that_is_too_long_is_told()
    {
        using var answer = await (await ClientAsync()).GetAsync($"/api/v1/catalog/search?q={new string('a', 201)}");
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
    }

    [Test]
    public async Task Title_goes_before_description_and_description_before_fields()
    {
        await PutAsync("third", new { title = new { en = "A" }, department = "x", schema = "third/1.0", source = "x", mapping = "x" }, """{"properties":{"zebra":{}}}""");
        await PutAsync("second", new { title = new { en = "B" }, description = new { en = "About zebras" }, department = "x", schema = "none/1.0", source = "x", mapping = "x" });
        await PutAsync("first", new { title = new { en = "The zebra" }, department = "x", schema = "none/1.0", source = "x", mapping = "x" });
        Assert.That(await NamesAsync("q=zebra"), Is.EqualTo(new[] { "first", "second", "third" }));
    }

    [Test]
    public async Task A_snippet_tells_where_the_words_stand()
    {
        var mark = await CompaniesAsync();
        var hit = (await SearchAsync(await ClientAsync(), $"q={mark} company 主体")).GetProperty("items")[0];
        var snippet = hit.GetProperty("snippet");
        var text = snippet.GetProperty("text").GetString()!;
        var found = snippet.GetProperty("matches").EnumerateArray().Select(range => text.Substring(range.GetProperty("start").GetInt32(), range.GetProperty("length").GetInt32()));
        Assert.That((snippet.GetProperty("place").GetString(), string.Join('|', found)), Is.EqualTo(("/description/en", "Companies")));
    }

    [Test]
    public async Task What_is_found_follows_a_changed_document_in_its_transaction()
    {
        var name = $"following-{Interlocked.Increment(ref made)}";
        await PutAsync(name, Dataset("before"));
        await using var connection = await hub.Database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await DocumentStore.PutAsync(connection, "dataset", name, JsonSerializer.SerializeToElement(Dataset("afterwards")), "test", DateTimeOffset.UnixEpoch, CancellationToken.None);
        Assert.That(await connection.ScalarAsync<bool>($"select vector @@ 'afterwards' from catalog.search where name = $1", [name], CancellationToken.None), Is.True);
        Assert.That(await NamesAsync($"q={name} before"), Is.EqualTo(new[] { name }), "not yet committed");
        await transaction.CommitAsync();
        Assert.That(await NamesAsync($"q={name} before"), Is.Empty);
        Assert.That(await NamesAsync($"q={name} afterwards"), Is.EqualTo(new[] { name }));

        static object Dataset(string word) => new { title = new { en = word }, department = "x", schema = "none/1.0", source = "x", mapping = "x" };
    }

    [Test]
    public async Task A_policy_and_the_title_of_a_department_are_followed_too()
    {
        var dataset = await OfferedDataset.CreateAsync(policy: null, hub);
        var client = await ClientAsync();
        Assert.That((await SearchAsync(client, $"q={dataset.Name}")).GetProperty("items")[0].GetProperty("class").GetString(), Is.EqualTo("not-offered"));
        await OfferedDataset.SendAsync(await dataset.StewardAsync(), HttpMethod.Put, $"datasets/{dataset.Name}/policy", """{"class":"unconditional","modes":["query"]}""");
        await OfferedDataset.SendAsync(await dataset.AdministratorAsync(), HttpMethod.Put, $"departments/{dataset.Provider}", """{"title":{"en":"Lighthouses","zh":"灯塔管理局"}}""");
        Assert.That(await NamesAsync($"q={dataset.Name} {Uri.EscapeDataString("灯塔")}&class=unconditional&mode=query"), Is.EqualTo(new[] { dataset.Name }));
    }

    [Test]
    public async Task Two_thousand_datasets_are_counted_rightly_and_quickly_and_found_after_an_upgrade()
    {
        await using var many = await TestHub.StartAsync();
        var facts = await FillAsync(many, 2000);
        var client = await many.ClientAsync(Role.Subscriber, "reader");
        await using (var owner = new NpgsqlConnection(many.Logins.Owner))
        {
            await owner.OpenAsync();
            await owner.ExecuteAsync($"delete from catalog.search where name like '%7'; update catalog.search set version = 0 where name like '%3'", [], CancellationToken.None);
        }
        foreach (var name in await SearchIndex.BehindAsync(many.Database, CancellationToken.None))
            await many.Database.InTransactionAsync(connection => SearchIndex.WriteAsync(connection, name, CancellationToken.None), CancellationToken.None);
        Assert.That(await SearchIndex.BehindAsync(many.Database, CancellationToken.None), Is.Empty);

        foreach (var (query, text, chosen) in Questions)
            Compare(await SearchAsync(client, query), facts.Where(fact => text is null || fact.Words.Contains(text)).ToList(), chosen, query);
        await WalkAsync(client, facts.Count(fact => fact.Words.Contains("bridge")));

        var took = new List<double>();
        for (var i = 0; i < 9; i++)
        {
            var start = Stopwatch.GetTimestamp();
            await SearchAsync(client, "q=bridge&theme=TRAN&limit=20");
            took.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
        var median = took.Order().ElementAt(4);
        await TestContext.Out.WriteLineAsync($"median of a search over 2000 datasets: {median:0.0} ms");
        Assert.That(median, Is.LessThan(1000));
    }

    static readonly (string Query, string? Text, (string Facet, string[] Values)[] Chosen)[] Questions =
    [
        ("limit=1", null, []),
        ("q=bridges&limit=1", "bridge", []),
        ("q=bridge&department=d1&limit=1", "bridge", [("department", ["d1"])]),
        ("q=bridge&department=d1&department=d2&theme=TRAN&limit=1", "bridge", [("department", ["d1", "d2"]), ("theme", ["TRAN"])]),
        ("q=%E6%A1%A5%E6%A2%81&class=conditional&mode=query&theme=HEAL&limit=1", "桥梁", [("class", ["conditional"]), ("mode", ["query"]), ("theme", ["HEAL"])]),
        ("class=not-offered&department=nowhere&limit=1", null, [("class", ["not-offered"]), ("department", ["nowhere"])]),
    ];

    sealed record Fact(string Name, string[] Words, Dictionary<string, string[]> Facets);

    /// <summary>Counted one by one: each facet over what meets the choices of all others.</summary>
    static void Compare(JsonElement page, List<Fact> found, (string Facet, string[] Values)[] chosen, string query)
    {
        bool Meets(Fact fact, string? aside) => chosen.All(choice => choice.Facet == aside || choice.Values.Any(fact.Facets[choice.Facet].Contains));
        Assert.That(page.GetProperty("total").GetInt32(), Is.EqualTo(found.Count(fact => Meets(fact, null))), query);
        foreach (var facet in new[] { "department", "theme", "class", "mode", "schema", "updated" })
        {
            var expected = new Dictionary<string, int>();
            foreach (var value in found.Where(fact => Meets(fact, facet)).SelectMany(fact => fact.Facets[facet]))
                expected[value] = expected.GetValueOrDefault(value) + 1;
            foreach (var value in chosen.Where(choice => choice.Facet == facet).SelectMany(choice => choice.Values))
                expected.TryAdd(value, 0);
            var told = page.GetProperty("facets").GetProperty(facet).EnumerateArray().ToDictionary(count => count.GetProperty("value").GetString()!, count => count.GetProperty("count").GetInt32());
            Assert.That(told, Is.EquivalentTo(expected), $"{facet} of {query}");
        }
    }

    static async Task WalkAsync(HttpClient client, int expected)
    {
        var names = new List<string>();
        var next = "/api/v1/catalog/search?q=bridge&limit=100";
        while (next is not null)
        {
            using var answer = await client.GetAsync(next);
            var page = JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync());
            names.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("name").GetString()!));
            next = RecordsClient.NextOf(answer);
            Assert.That(page.GetProperty("next").GetString() is null, Is.EqualTo(next is null));
        }
        Assert.That(names.Distinct().Count(), Is.EqualTo(expected));
        Assert.That(names, Has.Count.EqualTo(expected));
    }

    static async Task<List<Fact>> FillAsync(TestHub many, int count)
    {
        string[] themes = ["TRAN", "HEAL", "ECON"];
        string[] things = ["bridge", "hospital", "school"];
        string[] chinese = ["桥梁", "医院", "学校"];
        string[] classes = ["unconditional", "conditional", "not-offered"];
        var facts = new List<Fact>();
        foreach (var chunk in Enumerable.Range(0, count).Chunk(200))
        {
            await many.Database.InTransactionAsync(async connection =>
            {
                foreach (var i in chunk)
                {
                    var (name, thing, theme, sharing) = ($"set-{i}", i % 3, themes[i / 2 % 3], classes[i / 5 % 3]);
                    var document = new { title = new { en = $"All {things[thing]}s, part {i}", zh = $"全市{chinese[thing]}名录" }, department = $"d{i % 7}", schema = $"s{i % 4}/1.{i % 2}", source = "x", mapping = "x", themes = new[] { theme } };
                    await DeclareAsync(connection, name, document);
                    if (sharing != "not-offered")
                        await DocumentStore.PutAsync(connection, "policy", name, JsonSerializer.Deserialize<JsonElement>($$"""{"class":"{{sharing}}","modes":["query","lookup"]}"""), "test", DateTimeOffset.UnixEpoch, CancellationToken.None);
                    facts.Add(new Fact(name, [things[thing], chinese[thing]], new Dictionary<string, string[]>
                    {
                        ["department"] = [$"d{i % 7}"],
                        ["theme"] = [theme],
                        ["class"] = [sharing],
                        ["mode"] = sharing == "not-offered" ? [] : ["query", "lookup"],
                        ["schema"] = [$"s{i % 4}"],
                        ["updated"] = ["never"],
                    }));
                }
            }, CancellationToken.None);
        }
        return facts;
    }

    /// <summary>A dataset of companies whose name, and word of its own, is given.</summary>
    static async Task<string> CompaniesAsync()
    {
        var mark = $"firmset{Interlocked.Increment(ref made)}q";
        var administrator = await hub.ClientAsync(Role.Administrator);
        await OfferedDataset.SendAsync(administrator, HttpMethod.Put, $"departments/{mark}", """{"title":{"en":"City Treasury"}}""");
        var dataset = new
        {
            title = new { en = "Register", zh = "市场主体名录" },
            description = new { en = "All Companies registered in the city" },
            keywords = new { en = new[] { "turnover" }, zh = new[] { "营业额" } },
            themes = new[] { "ECON" },
            department = mark,
            schema = $"{mark}/1.0",
            source = "x",
            mapping = "x",
        };
        await PutAsync(mark, dataset, """
            {"title":"Company","properties":{"form":{"type":"string","title":"Legal form","x-title":{"zh":"法律形式"}},
             "foundedOn":{"type":"string","description":"Day that the shareholders agreed on","enum":["hospital"]}}}
            """);
        return mark;
    }

    static Task PutAsync(string name, object dataset, string? schema = null) => hub.Database.InTransactionAsync(async connection =>
    {
        if (schema is not null)
            await DocumentStore.PutAsync(connection, "schema", $"{name}/1.0", JsonSerializer.Deserialize<JsonElement>(schema), "test", DateTimeOffset.UnixEpoch, CancellationToken.None);
        await DeclareAsync(connection, name, dataset);
    }, CancellationToken.None);

    static async Task DeclareAsync(NpgsqlConnection connection, string name, object dataset)
    {
        await DocumentStore.PutAsync(connection, "dataset", name, JsonSerializer.SerializeToElement(dataset), "test", DateTimeOffset.UnixEpoch, CancellationToken.None);
        if (await DatasetHeads.FindAsync(connection, name, CancellationToken.None) is null)
            await DatasetHeads.CreateAsync(connection, name, JsonSerializer.SerializeToElement(dataset).GetProperty("department").GetString()!, DateTimeOffset.UnixEpoch, CancellationToken.None);
    }

    static async Task<List<string>> NamesAsync(string query) =>
        [.. (await SearchAsync(await ClientAsync(), query)).GetProperty("items").EnumerateArray().Select(item => item.GetProperty("name").GetString()!)];

    static Task<JsonElement> SearchAsync(HttpClient client, string query) => OfferedDataset.SendAsync(client, HttpMethod.Get, $"catalog/search?{query}");

    static Task<HttpClient> ClientAsync() => hub.ClientAsync(Role.Subscriber, "reader");
}
