using Exchange.Hub.Platform;
using Exchange.Hub.Sharing;
using Exchange.Hub.Sharing.Access;
using Exchange.Hub.Sharing.Grants;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Exchange.Hub.Tests.Sharing.Access;

/// <summary>Asks the gate of the shared hub, as the routes for records do.</summary>
sealed class GateRig(OfferedDataset dataset)
{
    public OfferedDataset Dataset => dataset;

    public IServiceProvider Services => dataset.Hub.Services;

    public GrantStore Grants => Services.GetRequiredService<GrantStore>();

    /// <summary>A system of the consuming department.</summary>
    public Caller Reader { get; } = new($"token:{Guid.NewGuid()}", "Reader", Role.Subscriber, dataset.Consumer);

    public static async Task<GateRig> CreateAsync() => new(await OfferedDataset.CreateAsync());

    /// <summary>The request of a reader.</summary>
    public async Task<ReadAccess> AskAsync(
        Caller? caller = null, DeliveryMode mode = DeliveryMode.Query, string? purpose = null, string? caseNumber = null, AccessGate? gate = null)
    {
        var http = new DefaultHttpContext();
        http.Features.Set(caller ?? Reader);
        if (purpose is not null)
            http.Request.Headers[AccessHeaders.Purpose] = purpose;
        if (caseNumber is not null)
            http.Request.Headers[AccessHeaders.Case] = caseNumber;
        return await (gate ?? Services.GetRequiredService<AccessGate>()).DecideAsync(http, await Granted.HeadAsync(dataset), mode);
    }

    /// <summary>The refusal of a request that must be refused.</summary>
    public async Task<HubException> RefusalAsync(Caller? caller = null, DeliveryMode mode = DeliveryMode.Query, AccessGate? gate = null) =>
        (await Assert.ThrowsAsync<HubException>(() => AskAsync(caller, mode, gate: gate)))!;

    /// <summary>A verb done by another hub on the same database.</summary>
    public Task<Grant> ElsewhereAsync(Guid grant, GrantState state)
    {
        var time = Services.GetRequiredService<TimeProvider>();
        var change = new ChangeGrant(dataset.Hub.Database, Services.GetRequiredService<RefusalWatch>(), Services.GetRequiredService<IAuditTrail>(), new GrantIndex());
        return change.ExecuteAsync(
            grant, Caller.System,
            current => (current.Become(state, "Elsewhere.", Caller.System, time.GetUtcNow()), new GrantRevoked(grant, current.Dataset, current.Consumer, "Elsewhere.")),
            CancellationToken.None);
    }

    /// <summary>Waits until a token fires.</summary>
    public static async Task FiresAsync(CancellationToken token)
    {
        var fired = new TaskCompletionSource();
        await using var registration = token.Register(fired.SetResult);
        await fired.Task.WaitAsync(TimeSpan.FromSeconds(60), CancellationToken.None);
    }
}
