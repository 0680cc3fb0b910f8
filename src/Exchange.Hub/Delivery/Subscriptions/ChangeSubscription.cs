using System.Text.Json;
using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing.Access;
using Exchange.Hub.Sharing.Tasks;
using Npgsql;

namespace Exchange.Hub.Delivery.Subscriptions;

/// <summary>What a person changes of a subscription.</summary>
/// <param name="Title">For people.</param>
/// <param name="Target">Options of the way; secrets that are left out stay.</param>
/// <param name="Purpose">Which grant it reads under, where several fit.</param>
public sealed record SubscriptionEdit(string Title, JsonElement Target, string? Purpose = null);

/// <summary>From where on a subscription is sent again what it was sent before: one of the three.</summary>
/// <param name="Cursor">A cursor of the change feed, as the reader of the subscription gets it.</param>
/// <param name="Publication">Number of a publication: what came after it is sent again.</param>
/// <param name="Beginning">True for everything.</param>
public sealed record ReplayFrom(string? Cursor = null, int? Publication = null, bool Beginning = false);

/// <summary>What people do with subscriptions: under the row's lock, audited in the same transaction.</summary>
sealed class ChangeSubscription(
    NpgsqlDataSource database, SubscriptionStore subscriptions, PushTargets targets, PushFeed feed, PushWorker worker, Tasks tasks, IAuditTrail audit, TimeProvider time)
{
    /// <summary>Changes title, purpose and target.</summary>
    public async Task<Subscription> EditAsync(Guid id, SubscriptionEdit edit, Caller caller, CancellationToken cancellationToken)
    {
        new Validation().RequireName(edit.Title, "/title").ThrowIfAny();
        var seen = await RequireOwnAsync(id, caller, cancellationToken);
        var way = targets.Find(seen.Kind);
        var target = PushTargets.Check(way, edit.Target, await targets.SecretsAsync(way, id, cancellationToken));
        await way.CheckAsync(target.Options, cancellationToken);
        return await ChangeAsync(
            id, caller,
            async (connection, subscription) =>
            {
                await targets.KeepAsync(connection, id, target, cancellationToken);
                var edited = subscription with { Title = edit.Title, Purpose = edit.Purpose, Target = target.Open, Revision = subscription.Revision + 1 };
                return (edited, new SubscriptionChanged(id, subscription.Dataset, subscription.Department, edited.Revision));
            },
            cancellationToken);
    }

    /// <summary>Sets it aside.</summary>
    public Task<Subscription> PauseAsync(Guid id, string? reason, Caller caller, CancellationToken cancellationToken) =>
        ChangeAsync(
            id, caller,
            (_, subscription) => Task.FromResult<(Subscription, IAuditEvent)>((
                Move(subscription, SubscriptionState.Paused, reason, caller), new SubscriptionPaused(id, subscription.Dataset, subscription.Department, reason))),
            cancellationToken);

    /// <summary>Lets it go on where it stopped.</summary>
    public Task<Subscription> ResumeAsync(Guid id, Caller caller, CancellationToken cancellationToken) =>
        ChangeAsync(
            id, caller,
            async (connection, subscription) =>
            {
                await tasks.CloseAsync(connection, subscription.Subject, DisableSubscription.Task, cancellationToken);
                return (WithoutProblem(Move(subscription, SubscriptionState.Active, null, caller)), new SubscriptionResumed(id, subscription.Dataset, subscription.Department));
            },
            cancellationToken);

    /// <summary>Ends it, and forgets its secrets. What the target has stays there.</summary>
    public Task<Subscription> EndAsync(Guid id, string? reason, Caller caller, CancellationToken cancellationToken) =>
        ChangeAsync(
            id, caller,
            async (connection, subscription) =>
            {
                await tasks.CloseAsync(connection, subscription.Subject, null, cancellationToken);
                await targets.ForgetAsync(connection, id, cancellationToken);
                return (Move(subscription, SubscriptionState.Ended, reason, caller), new SubscriptionEnded(id, subscription.Dataset, subscription.Department, reason));
            },
            cancellationToken);

    /// <summary>Has it sent again what came after a place.</summary>
    public async Task<Subscription> ReplayAsync(Guid id, ReplayFrom from, Caller caller, CancellationToken cancellationToken)
    {
        new Validation()
            .Require((from.Cursor is null ? 0 : 1) + (from.Publication is null ? 0 : 1) + (from.Beginning ? 1 : 0) == 1, "", "does not say from where", "Give cursor, publication or beginning, one of them.")
            .ThrowIfAny();
        var place = await PlaceAsync(await RequireOwnAsync(id, caller, cancellationToken), from, cancellationToken);
        var word = from.Beginning ? "the beginning" : from.Publication is { } publication ? $"publication {publication}" : "a cursor";
        return await ChangeAsync(
            id, caller,
            (_, subscription) => subscription.State == SubscriptionState.Ended
                ? throw HubException.Conflict("subscription-state", "The subscription is over. Make another.")
                : Task.FromResult<(Subscription, IAuditEvent)>((
                    WithoutProblem(subscription with { Place = place ?? subscription.Place.Again(), Revision = subscription.Revision + 1 }), new SubscriptionReplayed(id, subscription.Dataset, subscription.Department, word))),
            cancellationToken);
    }

    /// <summary>The place that a replay begins at; null for the beginning.</summary>
    async Task<PushPlace?> PlaceAsync(Subscription subscription, ReplayFrom from, CancellationToken cancellationToken)
    {
        if (from.Beginning || from.Publication == 0)
            return null;
        await using var opened = await feed.OpenAsync(subscription, subscription.Kind, cancellationToken);
        opened.Complete(); // nothing is read
        if (from.Cursor is { } cursor)
        {
            opened.WalkFrom(cursor);
            return subscription.Place with { Cursor = cursor };
        }
        var number = from.Publication!.Value;
        var found = await DatasetHeads.PublicationsAsync(opened.Snapshot.Connection, subscription.DatasetId, number, 1, cancellationToken);
        if (found is not [{ } publication] || publication.Number != number)
            throw HubException.NotFound("publication-not-found", $"Dataset '{subscription.Dataset}' has no publication {number}.");
        return subscription.Place with { Cursor = opened.CursorAt(publication.LastSeq) };
    }

    /// <summary>One that the caller may see to.</summary>
    /// <exception cref="HubException">There is none, or it is another department's.</exception>
    public async Task<Subscription> RequireOwnAsync(Guid id, Caller caller, CancellationToken cancellationToken) =>
        await subscriptions.FindAsync(id, cancellationToken) is { } subscription && SubscriptionParties.MayChange(caller, subscription)
            ? subscription
            : throw SubscriptionParties.NotFound(id);

    /// <summary>Changes one that the caller may change, in a way of its own, and has it looked at again.</summary>
    /// <param name="change">Gets it locked; gives it as it is to be, and what is noted of that in the audit log.</param>
    /// <exception cref="HubException">There is none, or it is another department's.</exception>
    public async Task<Subscription> ChangeAsync(
        Guid id, Caller caller, Func<NpgsqlConnection, Subscription, Task<(Subscription, IAuditEvent)>> change, CancellationToken cancellationToken)
    {
        var changed = await database.InTransactionAsync(
            async connection =>
            {
                if (await SubscriptionStore.LockAsync(connection, id, cancellationToken) is not { } before || !SubscriptionParties.MayChange(caller, before))
                    throw SubscriptionParties.NotFound(id);
                var (next, deed) = await change(connection, before);
                await SubscriptionStore.UpdateAsync(connection, next, next.State == SubscriptionState.Active ? time.GetUtcNow() : null, cancellationToken);
                await audit.AppendAsync(connection, caller, deed, cancellationToken);
                return next;
            },
            cancellationToken);
        worker.Nudge();
        return changed;
    }

    static Subscription WithoutProblem(Subscription subscription) => subscription with { Failures = 0, FailingSince = null, ProblemCode = null, Problem = null };

    Subscription Move(Subscription subscription, SubscriptionState to, string? reason, Caller caller) => subscription.State.CanBecome(to)
        ? subscription with { State = to, StateReason = reason, StateChangedAt = time.GetUtcNow(), StateChangedBy = caller.Name }
        : throw HubException.Conflict("subscription-state", $"The subscription is {subscription.State.Stored()} and cannot become {to.Stored()}.{(subscription.State == SubscriptionState.Ended ? " Make another." : "")}");
}
