using System.Net;
using System.Text.Json;
using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Platform;

namespace Exchange.Hub.Tests.Delivery;

public sealed class RecordsApiTests
{
    RecordsClient client = null!;
    TestDataset companies = null!;

    string Records => $"/api/v1/datasets/{companies.Name}/records";

    string Changes => $"/api/v1/datasets/{companies.Name}/changes";

    [SetUp]
    public async Task Prepare()
    {
        client = await DeliverySetup.ClientAsync();
        companies = await DeliverySetup.CreateDatasetAsync(("/status", FilterType.Text), ("/registeredOn", FilterType.Date));
    }

    [Test]
    public async Task A_dataset_without_a_publication_is_an_empty_list_that_says_so()
    {
        var page = await client.GetAsync(Records);

        Assert.That(page.GetProperty("items").GetArrayLength(), Is.Zero);
        Assert.That(page.GetProperty("next").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(page.GetProperty("asOf").GetInt32(), Is.Zero);
        Assert.That(page.GetProperty("note").GetString(), Does.Contain("no publication yet"));
        Assert.That(await client.LinesAsync(Records), Is.Empty);
        Assert.That((await client.RefusalAsync(Records + "/a")).Code, Is.EqualTo("record-not-found"));
        Assert.That(await client.FollowAsync(companies.Name, new Dictionary<string, string>(), null, 10), Is.Not.Empty);
    }

    [Test]
    public async Task A_cursor_taken_before_the_first_publication_follows_it()
    {
        var state = new Dictionary<string, string>();
        var cursor = await client.FollowAsync(companies.Name, state, null, 10);
        await companies.PublishAsync(Company("a"), Company("b"));
        await client.FollowAsync(companies.Name, state, cursor, 10);

        Assert.That(state, Is.EquivalentTo(companies.Newest));
    }

    [TestCase("/api/v1/datasets/nothing/records", 404, "dataset-not-found")]
    [TestCase("/api/v1/datasets/nothing/records/a", 404, "dataset-not-found")]
    [TestCase("/api/v1/datasets/nothing/changes", 404, "dataset-not-found")]
    [TestCase("{dataset}/records/nobody", 404, "record-not-found")]
    [TestCase("{dataset}/records/gone", 410, "record-deleted")]
    [TestCase("{dataset}/records?asOf=9", 404, "publication-not-found")]
    [TestCase("{dataset}/records?asOf=latest", 400, "query-invalid")]
    [TestCase("{dataset}/records?asOf=-1", 400, "query-invalid")]
    [TestCase("{dataset}/records?limit=0", 400, "query-invalid")]
    [TestCase("{dataset}/records?limit=1001", 400, "query-invalid")]
    [TestCase("{dataset}/records?name=x", 400, "query-invalid")]
    [TestCase("{dataset}/records?registeredOn.gte=soon", 400, "query-invalid")]
    [TestCase("{dataset}/records?cursor=made-up", 400, "cursor-invalid")]
    [TestCase("{dataset}/changes?cursor=made-up", 400, "cursor-invalid")]
    [TestCase("{dataset}/changes?status=active", 400, "query-invalid")]
    public async Task A_request_that_will_not_do_is_refused_with_a_code(string path, int status, string code)
    {
        await companies.PublishAsync(Company("a"), Company("gone"));
        await companies.PublishAsync(Gone("gone"));

        Assert.That(await client.RefusalAsync(path.Replace("{dataset}", "/api/v1/datasets/" + companies.Name)), Is.EqualTo((status, code)));
    }

    [Test]
    public async Task A_field_that_cannot_be_filtered_by_is_answered_with_those_that_can()
    {
        var problem = await client.ProblemAsync(Records + "?name=x");

        Assert.That(problem.GetProperty("detail").GetString(), Does.Contain("status").And.Contain("registeredOn"));
    }

    [Test]
    public async Task A_walk_shows_the_publication_of_its_first_page_whatever_is_published_meanwhile()
    {
        await companies.PublishAsync([.. Enumerable.Range(0, 20).Select(i => Company($"k{i:00}"))]);
        var next = 0;

        var walked = await client.WalkAsync(Records + "?limit=3", between: () => companies.PublishAsync(
            Gone($"k{next:00}"), Company($"k{19 - next:00}", "changed"), Company($"new{next++:00}"), Company($"a{next:00}")));

        Assert.That(companies.Publication, Is.GreaterThan(5));
        Assert.That(walked, Is.EqualTo(companies.State(1)));
    }

    [Test]
    public async Task A_feed_read_while_others_publish_ends_at_the_newest_state()
    {
        await companies.PublishAsync([.. Enumerable.Range(0, 20).Select(i => Company($"k{i:00}"))]);
        var next = 0;
        var state = new Dictionary<string, string>();

        await client.FollowAsync(companies.Name, state, null, 6, between: async () =>
        {
            if (next < 8)
                await companies.PublishAsync(Gone($"k{next:00}"), Company($"k{19 - next:00}", "changed"), Company($"new{next++:00}"));
        });

        Assert.That(state, Is.EquivalentTo(companies.Newest));
    }

    [Test]
    public async Task The_link_header_leads_through_the_whole_walk_with_its_filters()
    {
        await companies.PublishAsync([.. Enumerable.Range(0, 10).Select(i => Company($"k{i}", i % 2 == 0 ? "active" : "closed"))]);
        var keys = new List<string>();
        for (var next = Records + "?limit=2&status=active"; next is not null;)
        {
            using var response = await client.SendAsync(next);
            var page = JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync());
            keys.AddRange(page.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("key").GetString()!));
            next = RecordsClient.NextOf(response);
        }

        Assert.That(keys, Is.EqualTo(new[] { "k0", "k2", "k4", "k6", "k8" }));
    }

    [Test]
    public async Task A_cursor_goes_on_with_its_own_query_only()
    {
        await companies.PublishAsync(Company("a"), Company("b"));
        var cursor = (await client.GetAsync(Records + "?limit=1&status=active")).GetProperty("next").GetString();

        Assert.That((await client.RefusalAsync($"{Records}?cursor={cursor}")).Code, Is.EqualTo("cursor-of-another-query"));
        Assert.That((await client.RefusalAsync($"{Records}?status=active&asOf=0&cursor={cursor}")).Code, Is.EqualTo("cursor-of-another-query"));
        Assert.That((await client.GetAsync($"{Records}?status=active&limit=5&cursor={cursor}")).GetProperty("items").GetArrayLength(), Is.EqualTo(1));
    }

    [Test]
    public async Task A_cursor_of_one_dataset_is_refused_by_another()
    {
        await companies.PublishAsync(Company("a"), Company("b"));
        var others = await DeliverySetup.CreateDatasetAsync();
        await others.PublishAsync(Company("a"), Company("b"));
        var page = (await client.GetAsync(Records + "?limit=1")).GetProperty("next").GetString();
        var feed = (await client.GetAsync(Changes + "?limit=1")).GetProperty("next").GetString();

        Assert.That((await client.RefusalAsync($"/api/v1/datasets/{others.Name}/records?cursor={page}")).Code, Is.EqualTo("cursor-invalid"));
        Assert.That((await client.RefusalAsync($"/api/v1/datasets/{others.Name}/changes?cursor={feed}")).Code, Is.EqualTo("cursor-invalid"));
        Assert.That((await client.RefusalAsync($"{Records}?cursor={feed}")).Code, Is.EqualTo("cursor-invalid"));
    }

    [Test]
    public async Task After_a_restore_old_cursors_are_gone_and_say_what_to_do()
    {
        await companies.PublishAsync(Company("a"), Company("b"));
        var page = (await client.GetAsync(Records + "?limit=1")).GetProperty("next").GetString();
        var feed = (await client.GetAsync(Changes + "?limit=1")).GetProperty("next").GetString();
        await DeliverySetup.Hub.Database.ExecuteAsync($"update catalog.heads set epoch = epoch + 1 where dataset_id = $1", [companies.Id], CancellationToken.None);

        Assert.That(await client.RefusalAsync($"{Records}?cursor={page}"), Is.EqualTo((410, "cursor-expired")));
        var problem = await client.ProblemAsync($"{Changes}?cursor={feed}");
        Assert.That(problem.GetProperty("status").GetInt32(), Is.EqualTo(410));
        Assert.That(problem.GetProperty("detail").GetString(), Does.Contain("Read a snapshot again"));
    }

    [Test]
    public async Task A_cursor_outlives_a_restart_of_the_hub()
    {
        await companies.PublishAsync(Company("a"), Company("b"));
        var cursor = (await client.GetAsync(Records + "?limit=1")).GetProperty("next").GetString();
        var key = await File.ReadAllTextAsync(Path.Combine(DeliverySetup.Hub.Folder, "master.key"));

        await using var second = await TestHub.StartAsync(options => options with { MasterKey = key.Trim() }, logins: DeliverySetup.Hub.Logins);
        var page = await new RecordsClient(await second.ClientAsync(Role.Steward, TestDataset.Department)).GetAsync($"{Records}?cursor={cursor}");

        Assert.That(page.GetProperty("items")[0].GetProperty("key").GetString(), Is.EqualTo("b"));
    }

    [Test]
    public async Task A_stream_takes_everything_and_refuses_to_be_paged()
    {
        await companies.PublishAsync(Company("a"), Company("b"));

        Assert.That((await client.RefusalAsync(Records + "?limit=1", "application/x-ndjson")).Code, Is.EqualTo("query-invalid"));
        Assert.That((await client.RefusalAsync(Changes + "?limit=1", "application/x-ndjson")).Code, Is.EqualTo("query-invalid"));
    }

    [TestCase("/records")]
    [TestCase("/records/a")]
    [TestCase("/changes")]
    public async Task A_form_that_is_not_offered_is_not_acceptable(string path) =>
        Assert.That(await client.RefusalAsync($"/api/v1/datasets/{companies.Name}{path}", "text/html"), Is.EqualTo((406, "not-acceptable")));

    [TestCase(Role.Administrator, 403)]
    [TestCase(Role.Steward, 200)]
    [TestCase(Role.ItStaff, 200)]
    [TestCase(Role.Subscriber, 403)]
    [TestCase(Role.Auditor, 403)]
    [TestCase(Role.Clerk, 403)]
    [TestCase(Role.Leader, 403)]
    public async Task Without_a_grant_records_are_for_the_staff_and_stewards_of_their_own_department(Role role, int status)
    {
        await companies.PublishAsync(Company("a"));
        var reader = await DeliverySetup.ClientAsync(role);
        foreach (var path in (string[])[Records, Records + "/a", Changes])
            Assert.That((int)(await reader.SendAsync(path)).StatusCode, Is.EqualTo(status), path);
        Assert.That((await DeliverySetup.Hub.Anonymous().GetAsync(Records)).StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
    }

    static KeyValuePair<string, string?> Company(string key, string status = "active") =>
        new(key, $$"""{"id":"{{key}}","name":"上海 {{key}}","registeredOn":"2020-01-31","status":"{{status}}"}""");

    static KeyValuePair<string, string?> Gone(string key) => new(key, null);
}
