using Exchange.Hub.Platform;
using Exchange.Hub.Sharing.Access;
using Microsoft.Extensions.DependencyInjection;

namespace Exchange.Hub.Tests.Sharing;

/// <summary>What the audit log says of refusals.</summary>
static class Refusals
{
    /// <summary>Writes what was noted so far, and tells the refusals about a subject: <c>four-eyes 2</c> by code, in their order.</summary>
    public static async Task<string[]> OfAsync(TestHub hub, string subject)
    {
        await hub.Services.GetRequiredService<RefusalWatch>().WriteAsync(CancellationToken.None);
        var log = await OfferedDataset.SendAsync(await hub.ClientAsync(Role.Auditor), HttpMethod.Get, $"audit?subject={subject}&limit=1000");
        var counts =
            from item in log.GetProperty("items").EnumerateArray()
            let said = item.GetProperty("event")
            where said.GetProperty("type").GetString() is nameof(DeedRefused) or nameof(AccessRefused)
            group said.GetProperty("data").GetProperty("count").GetInt32() by said.GetProperty("data").GetProperty("code").GetString() into code
            orderby code.Key
            select $"{code.Key} {code.Sum()}"; // the hub may have written some of them just before
        return [.. counts];
    }
}
