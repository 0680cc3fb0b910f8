using System.Net;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing;

namespace Exchange.Hub.Tests.Delivery.Lookup;

public sealed class LookupTests
{
    [Test]
    public async Task A_record_is_found_by_its_key_as_the_grant_shows_it_with_its_source()
    {
        var counter = await Counter.OpenAsync();
        await counter.Stage.IssueAsync(Counter.Shown);
        var (status, body) = await counter.AskAsync("lookup", new { key = "a" }, "C-7");
        Assert.That(status, Is.EqualTo(HttpStatusCode.OK), body.ToString());
        Assert.That(body.GetProperty("record").GetRawText(), Is.EqualTo("""{"amount":"****50.5","district":"north","id":"a","name":"Li"}"""));
        var source = body.GetProperty("source");
        Assert.That((source.GetProperty("dataset").GetString(), source.GetProperty("department").GetString(), source.GetProperty("publication").GetInt32(), source.GetProperty("asOf").GetDateTimeOffset()),
            Is.EqualTo((counter.Stage.Dataset.Name, "test", 1, DateTimeOffset.UnixEpoch.AddDays(1))));
        var use = (await counter.UsesAsync("?key=a")).Single();
        Assert.That((use.GetProperty("mode").GetString(), use.GetProperty("form").GetString(), use.GetProperty("case").GetString(), use.GetProperty("records").GetInt64()), Is.EqualTo(("lookup", "lookup", "C-7", 1L)));
    }

    [Test]
    public async Task Declared_fields_find_a_record_and_its_use_is_found_by_its_key()
    {
        var counter = await Counter.OpenAsync();
        await counter.Stage.IssueAsync(Counter.Shown);
        var (_, body) = await counter.AskAsync("lookup", new { fields = new Dictionary<string, object> { ["/district"] = "north" } });
        Assert.That(body.GetProperty("key").GetString(), Is.EqualTo("a"), body.ToString());
        Assert.That(await counter.UsesAsync("?key=a"), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Found_not_found_deleted_several_and_a_source_without_data_are_told_apart()
    {
        var counter = await Counter.OpenAsync();
        await counter.Stage.IssueAsync(Counter.Shown);
        Assert.That(await counter.RefusalAsync("lookup", new { key = "z" }), Is.EqualTo((404, "record-not-found")));
        var several = new { fields = new Dictionary<string, object> { ["/district"] = "south" } };
        Assert.That(await counter.RefusalAsync("lookup", several), Is.EqualTo((409, "not-unique")));
        Assert.That(await counter.RefusalAsync("verify", new { several.fields, claims = new Dictionary<string, object> { ["/id"] = "b" } }), Is.EqualTo((409, "not-unique")));
        await counter.Stage.Dataset.PublishAsync([Counter.Record("b", null)]);
        Assert.That(await counter.RefusalAsync("lookup", new { key = "b" }), Is.EqualTo((410, "record-deleted")));

        var empty = new Counter(await Proof.Stage.SetAsync(), await counter.Stage.Hub.ClientAsync(Role.ItStaff, TestDataset.Department));
        foreach (var route in new[] { "lookup", "verify" })
            Assert.That(await empty.RefusalAsync(route, route == "lookup" ? new { key = "a" } : new { key = "a", claims = new Dictionary<string, object> { ["/id"] = "a" } }), Is.EqualTo((503, "source-unavailable")));
    }

    [Test]
    public async Task What_cannot_be_asked_is_refused_with_what_to_do()
    {
        var counter = await Counter.OpenAsync();
        await counter.Stage.IssueAsync(Counter.Shown);
        object[] questions =
        [
            new { }, new { key = "a", fields = new Dictionary<string, object> { ["/district"] = "north" } }, new { key = "" },
            new { fields = new Dictionary<string, object> { ["/born"] = "1980-02-29" } }, new { fields = new Dictionary<string, object> { ["/district"] = 7 } },
        ];
        foreach (var question in questions)
            Assert.That((await counter.RefusalAsync("lookup", question)).Status, Is.EqualTo(422), System.Text.Json.JsonSerializer.Serialize(question));
        Assert.That(await counter.RefusalAsync("lookup", new { fields = new Dictionary<string, object> { ["/amount"] = 7 } }), Is.EqualTo((403, "field-withheld")), "masked");
        Assert.That((await counter.RefusalAsync("lookup", new { kee = "a" })).Status, Is.EqualTo(422));
    }

    [Test]
    public async Task A_clerk_names_the_case_at_every_look_up()
    {
        var counter = await Counter.OpenAsync(Role.Clerk);
        await counter.Stage.IssueAsync(Counter.Shown);
        Assert.That(await counter.RefusalAsync("lookup", new { key = "a" }), Is.EqualTo((422, "case-required")));
        Assert.That((await counter.AskAsync("lookup", new { key = "a" }, "C-1")).Status, Is.EqualTo(HttpStatusCode.OK));
        using var read = await counter.Client.GetAsync($"{counter.Stage.Path}/records/a");
        Assert.That((int)read.StatusCode, Is.EqualTo(422));
    }

    [Test]
    public async Task What_is_remembered_of_a_dataset_is_never_wrong()
    {
        var counter = await Counter.OpenAsync();
        await counter.Stage.IssueAsync(Counter.Shown with { Rows = [new RowCondition("/district", "eq", ["north"])] });
        for (var publication = 2; publication < 6; publication++)
        {
            Assert.That((await counter.AskAsync("lookup", new { key = "a" })).Body.GetProperty("source").GetProperty("publication").GetInt32(), Is.EqualTo(publication - 1));
            await counter.Stage.Dataset.PublishAsync([Counter.Record("a", $$"""{"district":"north","id":"a","name":"{{publication}}"}""")]);
            var (_, body) = await counter.AskAsync("lookup", new { key = "a" });
            Assert.That(body.GetProperty("record").GetProperty("name").GetString(), Is.EqualTo($"{publication}"));
        }
        await counter.Stage.Dataset.PublishAsync([Counter.Record("a", """{"district":"south","id":"a"}""")]);
        Assert.That(await counter.RefusalAsync("lookup", new { key = "a" }), Is.EqualTo((404, "record-not-found")), "it left the grant's rows");
        await Counter.DeclareAsync(counter.Stage, """[["/born"]]""");
        Assert.That((await counter.RefusalAsync("lookup", new { fields = new Dictionary<string, object> { ["/district"] = "north" } })).Status, Is.EqualTo(422), "no longer declared");
    }

    [Test]
    public async Task The_column_of_a_field_that_is_gone_does_not_serve_for_another_field()
    {
        var counter = await Counter.OpenAsync();
        await counter.Stage.IssueAsync(Counter.Shown with { Rows = [new RowCondition("/district", "eq", ["north"])] });
        Assert.That((await counter.AskAsync("lookup", new { key = "a" })).Status, Is.EqualTo(HttpStatusCode.OK));
        // As a declaration does that drops /district and adds /name, whose column then bears the free name.
        await using var owner = new Npgsql.NpgsqlConnection(counter.Stage.Hub.Logins.Owner);
        await owner.OpenAsync();
        await owner.ExecuteAsync(
            $"update catalog.filter_columns set pointer = '/name' where dataset_id = $1 and pointer = '/district'", [counter.Stage.Dataset.Id], CancellationToken.None);
        Assert.That(await counter.RefusalAsync("lookup", new { key = "a" }), Is.EqualTo((403, "rows-not-filterable")));
    }

    [Test]
    public async Task A_batch_is_answered_in_order_and_each_question_counts_and_is_recorded()
    {
        var counter = await Counter.OpenAsync();
        await counter.Stage.IssueAsync(Counter.Shown with { Quota = new Quota(RequestsPerMinute: 10, RecordsPerDay: 3) });
        var items = new object[] { new { key = "b" }, new { key = "z" }, new { fields = new Dictionary<string, object> { ["/district"] = "south" } }, new { key = "a" } };
        var (status, body) = await counter.AskAsync("lookup/batch", new { items });
        Assert.That(status, Is.EqualTo(HttpStatusCode.OK), body.ToString());
        Assert.That(body.GetProperty("answers").EnumerateArray().Select(answer => answer.GetProperty("result").GetString()), Is.EqualTo(new[] { "found", "not-found", "not-unique", "found" }));
        Assert.That(await counter.UsesAsync(), Has.Count.EqualTo(4));
        Assert.That(await counter.UsesAsync("?key=z"), Has.Count.EqualTo(1));
        Assert.That(await counter.RefusalAsync("lookup/batch", new { items = new[] { new { key = "a" }, new { key = "b" } } }), Is.EqualTo((429, "records-per-day")), "one is left");
        Assert.That(await counter.RefusalAsync("lookup/batch", new { items = Enumerable.Repeat(new { key = "z" }, 5) }), Is.EqualTo((429, "requests-per-minute")), "6 of 10 are taken");
        Assert.That((await counter.UsesAsync()).Count(use => use.GetProperty("outcome").GetString() == "refused" && use.GetProperty("reason").GetString()!.Contains("-per-", StringComparison.Ordinal)), Is.EqualTo(2), "refusals are on record too");
        Assert.That((await counter.RefusalAsync("lookup/batch", new { items = Enumerable.Repeat(new { key = "z" }, 101) })).Status, Is.EqualTo(422));
    }

    [Test]
    public async Task Ten_look_ups_that_find_nothing_are_told_as_guessing()
    {
        var counter = await Counter.OpenAsync();
        await counter.Stage.IssueAsync(Counter.Shown);
        for (var i = 0; i < 20; i++)
            await counter.RefusalAsync("lookup", new { key = $"guess-{i}" });
        for (var i = 0; i < 20; i++)
            await counter.AskAsync("verify", new { key = "a", claims = new Dictionary<string, object> { ["/name"] = $"guess {i}" } });
        // Twice as many as it takes: the hub's own minute may end in between.
        Assert.That((await counter.RefusalsAsync()).Select(refusal => refusal.Code), Is.EquivalentTo(new[] { "record-not-found", "claim-not-held" }));
    }
}
