using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Exchange.Hub.Platform;

namespace Exchange.Hub.Tests.Sharing.Mail;

public sealed class ContactsTests
{
    [Test]
    public async Task A_department_says_whom_the_hub_writes_to_and_no_other_does()
    {
        var hub = await TestHub.SharedAsync();
        var department = $"contacts-{Guid.NewGuid():N}"[..20];
        var administrator = await hub.ClientAsync(Role.Administrator);
        await administrator.PutAsJsonAsync($"/api/v1/departments/{department}", new { title = new { en = "Contacts" } });
        var own = await hub.ClientAsync(Role.Steward, department);
        var foreign = await hub.ClientAsync(Role.Steward, "another");
        var addresses = new Dictionary<string, string[]> { ["it-staff"] = ["it@one.example"] };

        using var put = await own.PutAsJsonAsync($"/api/v1/contacts/{department}", addresses);
        using var refused = await foreign.PutAsJsonAsync($"/api/v1/contacts/{department}", addresses);
        using var unseen = await foreign.GetAsync($"/api/v1/contacts/{department}");

        Assert.That((put.StatusCode, refused.StatusCode, unseen.StatusCode), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.Forbidden, HttpStatusCode.Forbidden)));
        Assert.That(await own.GetFromJsonAsync<Dictionary<string, string[]>>($"/api/v1/contacts/{department}"), Is.EquivalentTo(addresses));
    }

    [TestCase("""{"king":[]}""", "/king")]
    [TestCase("""{"steward":["nobody"]}""", "/steward/0")]
    [TestCase("""{"steward":["Steward <a@tax.example>"]}""", "/steward/0")]
    [TestCase("{\"steward\":[\"a@tax.example\\r\\nBcc: b@tax.example\"]}", "/steward/0")]
    public async Task What_is_no_address_is_refused(string body, string pointer)
    {
        var hub = await TestHub.SharedAsync();
        var administrator = await hub.ClientAsync(Role.Administrator);
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var answer = await administrator.PutAsync("/api/v1/contacts", content);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.That(problem.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("pointer").GetString()), Is.EqualTo(new[] { pointer }));
    }
}
