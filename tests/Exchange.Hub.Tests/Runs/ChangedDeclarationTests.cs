using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Exchange.Hub.Platform;
using Exchange.Hub.Runs;
using Exchange.Hub.Tests.Runs.Faults;
using Exchange.Sdk;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;

namespace Exchange.Hub.Tests.Runs;

/// <summary>A dataset's declaration is changed while a publication waits for a person, a run is at work, or a subscriber reads.</summary>
public sealed class ChangedDeclarationTests
{
    const string ByPayee = "\"filterable\":[\"/payee\"]";
    const string ByDate = "\"filterable\":[\"/booked\"]";

    [TestCase("{" + ByDate + "}")]
    [TestCase("{\"schema\":\"thing/1.1\"," + ByPayee + "}")]
    public async Task What_is_held_is_not_published_once_the_filterable_fields_or_the_schema_are_others(string changed)
    {
        await using var pipeline = await Ledger.StartAsync(10, dataset: "{" + ByPayee + "}");
        await pipeline.PutAsync("schemas/thing/1.1", Ledger.Schema);
        await pipeline.DropAsync("later.csv", Ledger.File(4, "New"));
        var held = await pipeline.RunAsync();
        Assert.That(held.State(), Is.EqualTo("held"), held.ToString());
        await DeclareAsync(pipeline, changed);

        using var refused = await pipeline.Client.PostAsJsonAsync($"/api/v1/runs/{held.GetProperty("id").GetGuid()}/publish", new { reason = "they closed" });
        var problem = JsonSerializer.Deserialize<JsonElement>(await refused.Content.ReadAsStringAsync());
        Assert.That((refused.StatusCode, problem.GetProperty("code").GetString()), Is.EqualTo((HttpStatusCode.Conflict, "dataset-changed")), problem.ToString());
        Assert.That(problem.GetProperty("detail").GetString(), Does.Contain("run again"));
        Assert.That(await pipeline.RecordsAsync(), Has.Count.EqualTo(10));

        var again = await pipeline.RunAsync();
        await pipeline.PostAsync($"runs/{again.GetProperty("id").GetGuid()}/publish", new { reason = "they closed" });
        Assert.That(await pipeline.RecordsAsync(), Has.Count.EqualTo(4));
    }

    [Test]
    public async Task What_is_held_is_published_when_only_words_and_limits_were_changed()
    {
        await using var pipeline = await Ledger.StartAsync(10, dataset: "{" + ByPayee + "}");
        await pipeline.DropAsync("later.csv", Ledger.File(4, "New"));
        var held = await pipeline.RunAsync();
        await DeclareAsync(pipeline, "{\"limits\":{\"maxDeletes\":1}," + ByPayee + "}");
        await pipeline.PostAsync($"runs/{held.GetProperty("id").GetGuid()}/publish", new { reason = "they closed" });
        var page = await pipeline.ReadAsync($"datasets/{Pipeline.Dataset}/records?payee=New%203");
        Assert.That(page.GetProperty("items").GetArrayLength(), Is.EqualTo(1));
    }

    [Test]
    public async Task A_run_during_which_the_filterable_fields_change_begins_again([Values(0, 10)] int published)
    {
        var source = new DyingConnector { Rows = published };
        var hub = await TestHub.StartAsync(services: s => s.Replace(ServiceDescriptor.Singleton(new PluginCatalog([source]))));
        await using var pipeline = await Pipeline.StartAsync(
            Ledger.Schema, Ledger.Mapping, hub: hub, owned: true, source: """{"department":"office","connector":"dying","options":{}}""", dataset: "{" + ByPayee + "}");
        if (published > 0)
            await pipeline.RunAsync();
        var gate = new TaskCompletionSource();
        (source.Rows, source.Gate) = (20, gate.Task);
        var running = pipeline.RunAsync();
        await pipeline.WaitForPhaseAsync("reading");
        await DeclareAsync(pipeline, "{" + ByDate + "}");
        source.Gate = null;
        gate.SetResult();

        var run = await running;
        Assert.That(run.State(), Is.EqualTo("succeeded"), run.ToString());
        Assert.That(run.GetProperty("attempt").GetInt32(), Is.EqualTo(2), "what the first attempt made had other columns");
        var page = await pipeline.ReadAsync($"datasets/{Pipeline.Dataset}/records?booked=2024-02-29");
        Assert.That(page.GetProperty("items").GetArrayLength(), Is.EqualTo(20));
    }

    [TestCase("application/json", "")]
    [TestCase("application/json", "&asOf=1")]
    [TestCase("application/x-ndjson", "")]
    [TestCase("text/csv", "&asOf=1")]
    public async Task Who_filters_while_the_field_ceases_to_be_filterable_is_told_to_ask_again(string form, string more)
    {
        await using var pipeline = await Ledger.StartAsync(10, dataset: "{" + ByPayee + "}");
        await pipeline.DropAsync("later.csv", Ledger.File(11));
        await pipeline.RunAsync();
        await using var owner = new NpgsqlConnection(pipeline.Hub.Logins.Owner);
        await owner.OpenAsync();
        await using var dropping = await owner.BeginTransactionAsync();
        await owner.ExecuteAsync($"alter table data.d1_history drop column f_0; alter table data.d1_records drop column f_0", [], CancellationToken.None);

        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/datasets/{Pipeline.Dataset}/records?payee=Li%203{more}");
        request.Headers.Accept.ParseAdd(form);
        var reading = pipeline.Reader.SendAsync(request);
        while (!await owner.ScalarAsync<bool>($"select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock')", [], CancellationToken.None))
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        await dropping.CommitAsync();

        using var answer = await reading;
        var body = await answer.Content.ReadAsStringAsync();
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable), body);
        Assert.That(body, Does.Contain("dataset-changing").And.Contain("Ask again"));
        Assert.That(answer.Headers.RetryAfter, Is.Not.Null);
    }

    static Task<JsonElement> DeclareAsync(Pipeline pipeline, string members)
    {
        var document = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(
            """{"title":{"en":"Things"},"department":"office","schema":"thing/1.0","source":"drop","mapping":"things"}""")!;
        foreach (var (name, value) in JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(members)!)
            document[name] = value;
        return pipeline.PutAsync($"datasets/{Pipeline.Dataset}", JsonSerializer.Serialize(document));
    }
}
