using Exchange.Hub.Platform;
using Npgsql;

namespace Exchange.Hub.Delivery.Subscriptions;

/// <summary>Tries the way to a subscription's target, and writes the try into its log.</summary>
sealed class TestSubscription(NpgsqlDataSource database, ChangeSubscription change, PushTargets targets)
{
    /// <exception cref="HubException">There is no such subscription of the caller's department.</exception>
    public async Task<Attempt> ExecuteAsync(Guid id, Caller caller, CancellationToken cancellationToken)
    {
        var subscription = await change.RequireOwnAsync(id, caller, cancellationToken);
        if (subscription.State == SubscriptionState.Ended)
            throw HubException.Conflict("subscription-state", "The subscription is over. Make another.");
        var attempt = await targets.Find(subscription.Kind).TestAsync(subscription, await targets.OptionsAsync(subscription, cancellationToken), cancellationToken);
        await database.InTransactionAsync(connection => AttemptStore.AddAsync(connection, [(id, attempt)], cancellationToken), cancellationToken);
        return attempt;
    }
}
