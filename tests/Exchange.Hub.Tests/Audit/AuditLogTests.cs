using System.Net.Http.Json;
using System.Text.Json;
using Exchange.Hub.Audit;
using Exchange.Hub.Platform;
using Microsoft.Extensions.DependencyInjection;

namespace Exchange.Hub.Tests.Audit;

public sealed class AuditLogTests
{
    [Test]
    public async Task A_deed_and_its_event_stand_in_the_log_with_who_did_it()
    {
        await using var hub = await TestHub.StartAsync();
        var administrator = await hub.ClientAsync(Role.Administrator);
        await administrator.PostAsJsonAsync("/api/v1/tokens", new { name = "李伟", role = "steward", department = "civil-affairs" });

        var page = await administrator.GetFromJsonAsync<JsonElement>("/api/v1/audit?type=TokenIssued&limit=1");

        var entry = page.GetProperty("items")[0].GetProperty("event");
        Assert.That(entry.GetProperty("data").GetProperty("name").GetString(), Is.EqualTo("李伟"));
        Assert.That(entry.GetProperty("actor").GetProperty("name").GetString(), Is.EqualTo("Test Administrator"));
        Assert.That(await hub.Services.GetRequiredService<AuditLog>().VerifyAsync(CancellationToken.None), Has.Property(nameof(AuditVerdict.Intact)).True);
    }
}
