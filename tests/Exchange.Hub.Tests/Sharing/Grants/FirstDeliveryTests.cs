using System.Text.Json;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing;
using Exchange.Hub.Sharing.Requests;
using Exchange.Hub.Sharing.Use;
using Exchange.Hub.Tests.Sharing.Access;
using Exchange.Hub.Tests.Sharing.Requests;
using Microsoft.Extensions.DependencyInjection;

namespace Exchange.Hub.Tests.Sharing.Grants;

/// <summary>Who was granted something is to take it in time: the clock runs and a task stands until the first use or the grant's end.</summary>
public sealed class FirstDeliveryTests
{
    OfferedDataset dataset = null!;
    RequestClient request = null!;

    [SetUp]
    public async Task Prepare()
    {
        dataset = await OfferedDataset.CreateAsync();
        request = await RequestClient.AtAsync(dataset, "submit", "pre-check", "approve", "agree", "verify");
    }

    [Test]
    public async Task The_first_use_that_was_served_stops_the_clock_as_of_its_own_time()
    {
        var rig = new GateRig(dataset);
        await rig.RefusalAsync(mode: DeliveryMode.Changes);
        (await rig.AskAsync()).RecordUse(UseOutcome.BrokenOff, "page", 1, 100, reason: "client-gone");
        (await rig.AskAsync()).RecordUse(UseOutcome.Served, "correction", 1, 0);
        await StopAsync();
        Assert.That((await StoppedAtAsync(), await TasksAsync()), Is.EqualTo(((DateTimeOffset?)null, 2)), "nobody has got what they asked for yet");

        (await rig.AskAsync()).RecordUse(UseOutcome.Served, "page", 5, 600);
        (await rig.AskAsync()).RecordUse(UseOutcome.Served, "page", 5, 600);
        await StopAsync();
        Assert.That((await StoppedAtAsync(), await TasksAsync()), Is.EqualTo(((DateTimeOffset?)await FirstServedAsync(), 0)));
    }

    [TestCase("complete", "completed")]
    [TestCase("revoke", "revoked")]
    public async Task A_grant_that_ends_unused_stops_it_too(string verb, string state)
    {
        var ended = await DoAsync(verb);
        await StopAsync();
        Assert.That(ended.GetProperty("state").GetString(), Is.EqualTo(state));
        Assert.That((await StoppedAtAsync(), await TasksAsync()), Is.EqualTo(((DateTimeOffset?)Micros(ended.GetProperty("stateChangedAt").GetDateTimeOffset()), 0)));
    }

    [Test]
    public async Task A_grant_that_is_set_aside_does_not()
    {
        await DoAsync("suspend");
        await StopAsync();
        Assert.That((await StoppedAtAsync(), await TasksAsync()), Is.EqualTo(((DateTimeOffset?)null, 2)));
    }

    /// <summary>What the clock does every minute.</summary>
    async Task StopAsync()
    {
        await dataset.Hub.Services.GetRequiredService<UseWriter>().FlushAsync(CancellationToken.None);
        await dataset.Hub.Services.GetRequiredService<StopDelivery>().ExecuteAsync(CancellationToken.None);
    }

    async Task<JsonElement> DoAsync(string verb) =>
        await Granted.DoAsync(await dataset.StewardAsync(), request.Last.GetProperty("request").GetProperty("grant").GetGuid(), verb, new { reason = "It is over." });

    /// <summary>When the clock was stopped; null while it runs.</summary>
    async Task<DateTimeOffset?> StoppedAtAsync()
    {
        var clocks = await ItemsAsync(await dataset.StewardAsync(), $"clocks?subject=request:{request.Id}&kind=delivery");
        var stopped = clocks.Single().GetProperty("stoppedAt");
        return stopped.ValueKind == JsonValueKind.Null ? null : stopped.GetDateTimeOffset();
    }

    /// <summary>Tasks of either role of the consumer that asks to take the data.</summary>
    async Task<int> TasksAsync()
    {
        var open = 0;
        foreach (var role in new[] { Role.ItStaff, Role.Steward })
            open += (await ItemsAsync(await dataset.Hub.ClientAsync(role, dataset.Consumer), "tasks")).Count(task => task.GetProperty("kind").GetString() == RequestWork.FirstDelivery);
        return open;
    }

    async Task<DateTimeOffset> FirstServedAsync() =>
        (await ItemsAsync(await dataset.StewardAsync(), $"datasets/{dataset.Name}/use"))
            .Where(use => use.GetProperty("outcome").GetString() == "served" && use.GetProperty("form").GetString() == "page").Min(use => use.GetProperty("at").GetDateTimeOffset());

    /// <summary>As precise as the database keeps it.</summary>
    static DateTimeOffset Micros(DateTimeOffset at) => new(at.Ticks / TimeSpan.TicksPerMicrosecond * TimeSpan.TicksPerMicrosecond, at.Offset);

    static async Task<List<JsonElement>> ItemsAsync(HttpClient client, string path) =>
        [.. (await OfferedDataset.SendAsync(client, HttpMethod.Get, path)).GetProperty("items").EnumerateArray()];
}
