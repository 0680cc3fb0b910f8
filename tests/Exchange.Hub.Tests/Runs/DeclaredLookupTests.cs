using System.Net;
using System.Text.Json;
using Exchange.Hub.Tests.Runs.Faults;

namespace Exchange.Hub.Tests.Runs;

/// <summary>The combinations of fields by which a dataset lets single records be looked up.</summary>
public sealed class DeclaredLookupTests
{
    [Test]
    public async Task What_cannot_be_looked_up_by_is_refused_at_its_place()
    {
        await using var pipeline = await Ledger.StartAsync(3, dataset: """{"filterable":["/payee"],"lookup":[["/payee"]]}""");
        var declared = (await pipeline.GetAsync($"datasets/{Pipeline.Dataset}")).GetProperty("declaration");
        foreach (var (lookup, place) in new[] { ("""[["/booked"]]""", "/lookup/0/0"), ("[[]]", "/lookup/0"), ("""[["/payee","/payee"]]""", "/lookup/0"), ("""[["/payee"],["/payee"]]""", "/lookup/1") })
        {
            var changed = declared.EnumerateObject().ToDictionary(member => member.Name, member => member.Name == "lookup" ? JsonSerializer.Deserialize<JsonElement>(lookup) : member.Value);
            using var answer = await pipeline.Client.PutAsync($"/api/v1/datasets/{Pipeline.Dataset}", System.Net.Http.Json.JsonContent.Create(changed));
            var problem = JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync());
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity), problem.ToString());
            Assert.That(problem.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("pointer").GetString()), Is.EqualTo(new[] { place }));
        }
    }
}
