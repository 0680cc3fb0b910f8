using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Exchange.Hub.Platform;
using Exchange.Hub.Tests.Runs.Faults;

namespace Exchange.Hub.Tests.Runs;

/// <summary>What stands in rows is for the department; who runs the hub sees how many, where and why.</summary>
[TestFixture]
public sealed class RowsOfADepartmentTests
{
    const string Canary = "canary-4711";

    [Test]
    public async Task An_administrator_sees_that_rows_were_rejected_but_not_what_stood_in_them()
    {
        await using var pipeline = await Ledger.StartAsync(5, dataset: """{"limits":{"maxRejectPercent":100}}""");
        await pipeline.DropAsync("later.csv", Ledger.Header + Ledger.Rows(1, 5) + $"6,x,1,{Canary}\n");
        await pipeline.RunAsync();

        var administrator = await pipeline.GetAsync($"datasets/{Pipeline.Dataset}/rejects");
        var reject = administrator.GetProperty("items")[0];
        Assert.That(administrator.GetRawText(), Does.Not.Contain(Canary));
        Assert.That(reject.GetProperty("row").GetInt64(), Is.GreaterThan(0));
        Assert.That(reject.GetProperty("code").GetString(), Is.Not.Empty);
        Assert.That(administrator.GetProperty("groups")[0].GetProperty("count").GetInt64(), Is.EqualTo(1));
        Assert.That((await pipeline.ReadAsync($"datasets/{Pipeline.Dataset}/rejects")).GetRawText(), Does.Contain(Canary), "the department's staff see the row");
    }

    [Test]
    public async Task A_preview_is_for_the_department_whose_source_it_is()
    {
        await using var pipeline = await Ledger.StartAsync(5);
        using var refused = await pipeline.Client.PostAsJsonAsync("/api/v1/sources/drop/preview", new { limit = 5 });
        Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That((await refused.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString(), Is.EqualTo("rows-are-the-departments"));
        using var shown = await pipeline.Reader.PostAsJsonAsync("/api/v1/sources/drop/preview", new { limit = 5 });
        Assert.That((await shown.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("rows").GetArrayLength(), Is.EqualTo(5));
    }

    [Test]
    public async Task Runs_are_for_the_department_whose_dataset_it_is_and_for_those_who_run_the_hub()
    {
        await using var pipeline = await Ledger.StartAsync(5);
        using var other = await pipeline.Hub.ClientAsync(Role.ItStaff, "elsewhere");
        var id = (await pipeline.ReadAsync("runs")).GetProperty("items")[0].GetProperty("id").GetGuid();
        var listed = await other.GetFromJsonAsync<JsonElement>("/api/v1/runs");
        using var shown = await other.GetAsync($"/api/v1/runs/{id}");
        Assert.That(listed.GetProperty("items").GetArrayLength(), Is.Zero);
        Assert.That(shown.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That((await pipeline.GetAsync("runs")).GetProperty("items").GetArrayLength(), Is.EqualTo(1));
    }
}
