using Exchange.Hub.Delivery.Subscriptions;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing.Access;
using Exchange.Hub.Sharing.Tasks;
using Npgsql;

namespace Exchange.Hub.Delivery.Webhooks;

/// <summary>
/// What becomes of a call that the target refuses for what it holds: after a few tries it is set aside as a dead letter,
/// so that it does not hold up what comes behind it.
/// </summary>
sealed class RefusedCalls(DeadLetterStore letters, SharingKeySource sealing, Tasks tasks, IAuditTrail audit, TimeProvider time)
{
    /// <summary>Kind of the task to see to dead letters.</summary>
    public const string Task = "see-to-dead-letters";

    /// <summary>Why a letter is dismissed by the hub.</summary>
    public const string Superseded = "The feed was read from the beginning since, which brought all that the grant shows.";

    const int Tries = 3;

    /// <summary>A target that has refused so many different calls in a row refuses something else than what they hold: it is waited for.</summary>
    const int MostInARow = 5;

    /// <summary>The letter that a refused call becomes; null while it is tried again.</summary>
    public async Task<DeadLetter?> LetterAsync(Subscription subscription, Calls calls, CancellationToken cancellationToken)
    {
        var (batch, answer) = calls.Stopped!;
        var (refusedBefore, inARow) = calls.Attempts.Count > 1 ? (0, 0) : await letters.CountAsync(subscription.Id, subscription.DeliveredAt, WebhookStatus.Refusals, cancellationToken);
        if (refusedBefore + 1 < Tries || inARow >= MostInARow)
            return null;
        var now = time.GetUtcNow();
        return new DeadLetter
        {
            Id = Guid.CreateVersion7(now),
            Subscription = subscription.Id,
            Message = batch.Message.Id,
            After = batch.Before.Cursor,
            UpTo = batch.After.Cursor!,
            Reading = batch.After.Reading,
            Publication = batch.After.Publication,
            Changes = batch.Changes,
            Bytes = batch.Message.Body.Count,
            Tries = refusedBefore + 1,
            Status = answer.Status!.Value,
            SealedAnswer = (await sealing.GetAsync(cancellationToken)).Seal(answer.Text ?? ""),
            At = now,
            State = DeadLetterState.Open,
            StateChangedAt = now,
            StateChangedBy = Caller.System.Name,
        };
    }

    /// <summary>Writes down how a letter stands, with the task for people and the audit event, beside the subscription's place.</summary>
    public Func<NpgsqlConnection, CancellationToken, System.Threading.Tasks.Task> Write(Subscription subscription, DeadLetter letter) => async (connection, cancellationToken) =>
    {
        await DeadLetterStore.WriteAsync(connection, letter, cancellationToken);
        await SeeToTaskAsync(connection, subscription, cancellationToken);
        await audit.AppendAsync(connection, Caller.System, new DeadLetterMoved(subscription.Id, subscription.Dataset, subscription.Department, letter.Message, letter.State.Stored(), letter.StateReason), cancellationToken);
    };

    /// <summary>Opens or closes the task to see to a subscription's letters.</summary>
    public async System.Threading.Tasks.Task SeeToTaskAsync(NpgsqlConnection connection, Subscription subscription, CancellationToken cancellationToken)
    {
        if (await DeadLetterStore.IsDoneAsync(connection, subscription.Id, cancellationToken))
        {
            await tasks.CloseAsync(connection, subscription.Subject, Task, cancellationToken);
            return;
        }
        var title = $"The webhook \"{subscription.Title}\" for {subscription.Dataset} refused changes: see to its dead letters";
        await tasks.OpenAsync(connection, new NewTask(Task, subscription.Subject, Role.ItStaff, subscription.Department, title, null), cancellationToken);
    }
}
