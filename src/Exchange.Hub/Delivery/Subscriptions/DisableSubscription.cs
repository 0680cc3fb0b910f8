using Exchange.Hub.Platform;
using Exchange.Hub.Sharing.Tasks;
using Npgsql;

namespace Exchange.Hub.Delivery.Subscriptions;

/// <summary>Sets aside a subscription whose target does not take what is sent. Nothing is lost: it goes on where it stopped.</summary>
sealed class DisableSubscription(NpgsqlDataSource database, Tasks tasks, IAuditTrail audit, TimeProvider time)
{
    /// <summary>Kind of the task to see to a target.</summary>
    public const string Task = "mend-subscription";

    /// <summary>Disables one, if it is still active.</summary>
    public System.Threading.Tasks.Task ExecuteAsync(Guid id, PushProblem problem, CancellationToken cancellationToken) => database.InTransactionAsync(
        async connection =>
        {
            if (await SubscriptionStore.LockAsync(connection, id, cancellationToken) is not { State: SubscriptionState.Active } subscription)
                return;
            await SubscriptionStore.UpdateAsync(
                connection,
                subscription with { State = SubscriptionState.Disabled, StateReason = problem.Message, StateChangedAt = time.GetUtcNow(), StateChangedBy = Caller.System.Name },
                dueAt: null, cancellationToken);
            var title = $"The {subscription.Kind} \"{subscription.Title}\" for {subscription.Dataset} does not take what is sent: mend it and resume the subscription";
            await tasks.OpenAsync(connection, new NewTask(Task, subscription.Subject, Role.ItStaff, subscription.Department, title, null), cancellationToken);
            await audit.AppendAsync(connection, Caller.System, new SubscriptionDisabled(id, subscription.Dataset, subscription.Department, problem.Message), cancellationToken);
        },
        cancellationToken);
}
