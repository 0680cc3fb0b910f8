using Exchange.Hub.Platform;
using Exchange.Hub.Sharing.Grants;

namespace Exchange.Hub.Sharing.Access;

/// <summary>
/// Keeps the index right: hears of every change that any hub commits, and reads everything anew whenever it may have
/// missed one. While it is deaf the index says so, and the gate asks the table.
/// </summary>
sealed class GrantListener(DatabaseLogins logins, GrantIndex index, GrantStore grants, TimeProvider time, ILogger<GrantListener> log)
    : NotificationListener("exchange grants", GrantStore.Channel, logins, time, log)
{
    protected override Task OnListeningAsync(CancellationToken cancellationToken) => index.ReloadAsync(grants.OpenAsync, cancellationToken);

    protected override async Task OnHeardAsync(string payload, CancellationToken cancellationToken)
    {
        if (await grants.FindAsync(Guid.Parse(payload), cancellationToken) is { } grant)
            index.Apply(grant);
    }

    protected override void OnDeaf() => index.Lose();
}
