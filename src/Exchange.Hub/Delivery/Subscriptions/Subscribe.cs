using System.Text.Json;
using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing;
using Exchange.Hub.Sharing.Access;
using Npgsql;

namespace Exchange.Hub.Delivery.Subscriptions;

/// <summary>What a department wants to be sent, and where to.</summary>
/// <param name="Dataset">Name of the dataset.</param>
/// <param name="Kind">The way: <c>webhook</c>, <c>table</c>, <c>file</c>.</param>
/// <param name="Title">For people.</param>
/// <param name="Target">Options of the way.</param>
/// <param name="Purpose">Which grant it reads under, where several fit.</param>
/// <param name="System">The system that it is for, <c>system:&lt;id&gt;</c>, where the grant is for one; a system itself leaves it out.</param>
public sealed record NewSubscription(string Dataset, string Kind, string Title, JsonElement Target, string? Purpose = null, string? System = null);

/// <summary>A subscription that was made, with what is shown this one time.</summary>
/// <param name="Secrets">Secrets that the target needs; the hub does not tell them again.</param>
public sealed record MadeSubscription(Subscription Subscription, IReadOnlyDictionary<string, string>? Secrets);

/// <summary>Makes a subscription: only for what the gate would let its reader have now.</summary>
sealed class Subscribe(NpgsqlDataSource database, AccessGate gate, SystemStore systems, PushTargets targets, PushWorker worker, IAuditTrail audit, TimeProvider time)
{
    /// <exception cref="HubException">The caller may not have it, or some values will not do.</exception>
    public async Task<MadeSubscription> ExecuteAsync(NewSubscription asked, Caller caller, CancellationToken cancellationToken)
    {
        var department = caller.Department ?? throw HubException.Forbidden("no-department", "The token belongs to no department, and data is sent to departments. Ask an administrator for a token of yours.");
        var way = targets.Find(asked.Kind);
        new Validation().RequireName(asked.Title, "/title").ThrowIfAny();
        var head = await DatasetHeads.FindAsync(database, asked.Dataset, cancellationToken)
            ?? throw HubException.NotFound("dataset-not-found", $"There is no dataset '{asked.Dataset}'. GET /api/v1/datasets lists those there are.");
        var target = PushTargets.Check(way, asked.Target, new Dictionary<string, string>());
        var subscription = Make(asked, await SystemAsync(asked.System, caller, department, cancellationToken), target, head, department, caller);
        await RequireAccessAsync(subscription, head, cancellationToken);
        await way.CheckAsync(target.Options, cancellationToken);
        var secrets = await database.InTransactionAsync(
            async connection =>
            {
                await SubscriptionStore.InsertAsync(connection, subscription, cancellationToken);
                await targets.KeepAsync(connection, subscription.Id, target, cancellationToken);
                var shown = await way.BeginAsync(connection, subscription, target.Options, cancellationToken);
                await audit.AppendAsync(connection, caller, new SubscriptionMade(subscription.Id, head.Name, department, way.Kind, subscription.System), cancellationToken);
                return shown;
            },
            cancellationToken);
        worker.Nudge();
        return new MadeSubscription(subscription, secrets);
    }

    Subscription Make(NewSubscription asked, string? system, CheckedTarget target, DatasetHead head, string department, Caller caller)
    {
        var now = time.GetUtcNow();
        return new Subscription
        {
            Id = Guid.CreateVersion7(now),
            Revision = 1,
            DatasetId = head.DatasetId,
            Dataset = head.Name,
            Department = department,
            System = system,
            Purpose = asked.Purpose,
            Title = asked.Title,
            Kind = asked.Kind,
            Target = target.Open,
            State = SubscriptionState.Active,
            StateChangedAt = now,
            StateChangedBy = caller.Name,
            Place = PushPlace.Start,
            Deliveries = 0,
            Records = 0,
            Failures = 0,
            CreatedAt = now,
            CreatedBy = caller.Name,
        };
    }

    /// <summary>A system subscribes for itself; people may subscribe for a system of their department.</summary>
    async Task<string?> SystemAsync(string? asked, Caller caller, string department, CancellationToken cancellationToken)
    {
        if (PushFeed.SystemIdOf(caller.Id) is not null)
        {
            return asked is null || asked == caller.Id
                ? caller.Id
                : throw HubException.Invalid(new FieldError("/system", "is another system than the one that asks", "Leave it out: a system subscribes for itself."));
        }
        if (asked is null)
            return null;
        var known = PushFeed.SystemIdOf(asked) is { } id ? await systems.FindAsync(id, cancellationToken) : null;
        return known?.Department == department
            ? asked
            : throw HubException.Invalid(new FieldError("/system", $"is no system of {department}", "Write system:<id> as GET /api/v1/systems lists it, or leave it out."));
    }

    /// <summary>Refuses what the gate would refuse; nothing is read yet and nothing taken from a quota.</summary>
    async Task RequireAccessAsync(Subscription subscription, DatasetHead head, CancellationToken cancellationToken)
    {
        var decision = await gate.AnswerAsync(new ReadQuestion(subscription.Reader(head.Department), head, DeliveryMode.Push, subscription.Purpose, time.GetUtcNow()), cancellationToken);
        if (decision.Refusal is { } refusal)
            throw refusal;
    }
}
