using Exchange.Hub.Delivery.Subscriptions;
using Exchange.Hub.Platform;
using Npgsql;

namespace Exchange.Hub.Delivery.Webhooks;

/// <summary>A new key wanted.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="KeepHours">For how long the key before it goes on to sign beside it.</param>
public sealed record NewWebhookKey(WebhookKeyKind Kind = WebhookKeyKind.Hmac, int KeepHours = 24);

/// <summary>What people do with the keys and the dead letters of webhooks: under the subscription's lock, audited in the same transaction.</summary>
sealed class ChangeWebhook(NpgsqlDataSource database, ChangeSubscription subscriptions, WebhookKeys keys, RefusedCalls refused, TimeProvider time)
{
    const int LongestKeepHours = 30 * 24;

    /// <summary>A webhook that the caller may see to.</summary>
    /// <exception cref="HubException">There is none, or it is another department's, or it is another way of pushing.</exception>
    public async Task<Subscription> RequireAsync(Guid id, Caller caller, CancellationToken cancellationToken) =>
        Webhook(await subscriptions.RequireOwnAsync(id, caller, cancellationToken));

    /// <summary>The keys, newest first.</summary>
    public async Task<List<WebhookKey>> KeysAsync(Guid id, Caller caller, CancellationToken cancellationToken)
    {
        await RequireAsync(id, caller, cancellationToken);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await WebhookKeys.ListAsync(connection, id, cancellationToken);
    }

    /// <summary>Makes a key; the one of its kind before it signs beside it for a while.</summary>
    public async Task<MadeWebhookKey> RotateAsync(Guid id, NewWebhookKey asked, Caller caller, CancellationToken cancellationToken)
    {
        await RequireAsync(id, caller, cancellationToken);
        new Validation().Require(asked.KeepHours is >= 0 and <= LongestKeepHours, "/keepHours", "is out of bounds", $"Give 0 to {LongestKeepHours}.").ThrowIfAny();
        MadeWebhookKey? made = null;
        await subscriptions.ChangeAsync(
            id, caller,
            async (connection, subscription) =>
            {
                RequireOpen(subscription);
                var (key, signer) = await keys.RotateAsync(connection, id, asked.Kind, TimeSpan.FromHours(asked.KeepHours), cancellationToken);
                made = new MadeWebhookKey(key, signer.Given);
                return (Anew(subscription), new WebhookKeyMade(id, subscription.Dataset, subscription.Department, key.Id, key.Kind.ToString().ToLowerInvariant()));
            },
            cancellationToken);
        return made!;
    }

    /// <summary>Ends a key at once.</summary>
    public Task EndKeyAsync(Guid id, Guid key, Caller caller, CancellationToken cancellationToken) =>
        subscriptions.ChangeAsync(
            id, caller,
            async (connection, subscription) =>
            {
                RequireOpen(Webhook(subscription));
                var ended = await keys.EndAsync(connection, id, key, cancellationToken);
                return (Anew(subscription), new WebhookKeyEnded(id, subscription.Dataset, subscription.Department, key, ended.Kind.ToString().ToLowerInvariant()));
            },
            cancellationToken);

    /// <summary>Has a dead letter sent again, in its subscription's turn.</summary>
    public Task<DeadLetter> ReplayAsync(Guid id, Guid letter, Caller caller, CancellationToken cancellationToken) =>
        MoveAsync(
            id, letter, DeadLetterState.Replaying, null, caller,
            (subscription, found) => found.Reading == subscription.Place.Reading
                ? null
                : HubException.Conflict("dead-letter-superseded", $"{RefusedCalls.Superseded} Dismiss the letter."),
            cancellationToken);

    /// <summary>Sets a dead letter aside: its changes stay missing at the target.</summary>
    public Task<DeadLetter> DismissAsync(Guid id, Guid letter, string? reason, Caller caller, CancellationToken cancellationToken) =>
        MoveAsync(id, letter, DeadLetterState.Dismissed, reason, caller, (_, _) => null, cancellationToken);

    async Task<DeadLetter> MoveAsync(
        Guid id, Guid letter, DeadLetterState to, string? reason, Caller caller, Func<Subscription, DeadLetter, HubException?> refusal, CancellationToken cancellationToken)
    {
        DeadLetter? moved = null;
        await subscriptions.ChangeAsync(
            id, caller,
            async (connection, subscription) =>
            {
                RequireOpen(Webhook(subscription));
                var found = await DeadLetterStore.LockAsync(connection, id, letter, cancellationToken);
                if (refusal(subscription, found) is { } no)
                    throw no;
                moved = found.Move(to, reason, caller, time.GetUtcNow());
                await DeadLetterStore.WriteAsync(connection, moved, cancellationToken);
                await refused.SeeToTaskAsync(connection, subscription, cancellationToken);
                return (subscription, new DeadLetterMoved(id, subscription.Dataset, subscription.Department, moved.Message, moved.State.Stored(), reason));
            },
            cancellationToken);
        return moved!;
    }

    /// <summary>Whoever remembers its keys looks again.</summary>
    static Subscription Anew(Subscription subscription) => subscription with { Revision = subscription.Revision + 1 };

    static void RequireOpen(Subscription subscription)
    {
        if (subscription.State == SubscriptionState.Ended)
            throw HubException.Conflict("subscription-state", "The subscription is over. Make another.");
    }

    static Subscription Webhook(Subscription subscription) => subscription.Kind == WebhookPush.Name
        ? subscription
        : throw HubException.Conflict("not-a-webhook", $"The subscription is a {subscription.Kind}; keys and dead letters belong to webhooks.");
}
