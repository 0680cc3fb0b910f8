using Exchange.Hub.Platform;
using Exchange.Hub.Sharing.Access;
using Exchange.Hub.Sharing.Clocks;
using Exchange.Hub.Sharing.Tasks;
using Npgsql;

namespace Exchange.Hub.Sharing.Corrections;

/// <summary>What the provider's steward makes of a correction. Each verb works under the row's lock: of two at once the second sees what the first did.</summary>
sealed class DecideCorrection(NpgsqlDataSource database, CorrectionStore corrections, Clocks.Clocks clocks, Tasks.Tasks tasks, RefusalWatch refusals, IAuditTrail audit)
{
    /// <summary>Kind of the consumer's task to take note of an outcome.</summary>
    public const string OutcomeTask = "read-outcome";

    /// <summary>Looks into it.</summary>
    public Task<Correction> TakeUpAsync(Guid id, Caller caller, CancellationToken cancellationToken) =>
        DecideAsync(id, caller, async (connection, correction) =>
        {
            var moved = await corrections.MoveAsync(connection, correction, CorrectionState.Verifying, null, null, cancellationToken);
            return (moved, new CorrectionTakenUp(id, correction.Dataset));
        }, cancellationToken);

    /// <summary>Says that the record is wrong: the clock stops, and the publication that changes it will close the correction.</summary>
    public Task<Correction> ConfirmAsync(Guid id, Caller caller, CancellationToken cancellationToken) =>
        DecideAsync(id, caller, async (connection, correction) =>
        {
            var confirmed = await connection.FirstOrDefaultAsync(
                $"update sharing.corrections set confirmed = true where id = $1 and state = 'verifying' and not confirmed returning {Correction.Columns}", [id], await corrections.ReadAsync(cancellationToken), cancellationToken)
                ?? throw HubException.Conflict("correction-state", $"The correction is {correction.State.Stored()}{(correction.Confirmed ? " and confirmed" : "")}; only one that is being verified is confirmed.");
            await SettleAsync(connection, confirmed, $"{confirmed.Provider} confirms that the record is wrong, and corrects its source", cancellationToken);
            return (confirmed, new CorrectionConfirmed(id, correction.Dataset));
        }, cancellationToken);

    /// <summary>Says that the record is right, and why.</summary>
    public Task<Correction> RejectAsync(Guid id, string reason, Caller caller, CancellationToken cancellationToken)
    {
        new Validation().Require(reason.Trim().Length is >= 3 and <= 1000, "/reason", "A reason is missing", "Say in 3 to 1000 characters why.").ThrowIfAny();
        return DecideAsync(id, caller, async (connection, correction) =>
        {
            var moved = await corrections.MoveAsync(connection, correction, CorrectionState.Rejected, reason.Trim(), null, cancellationToken);
            await SettleAsync(connection, moved, $"{moved.Provider} has found the record right", cancellationToken);
            return (moved, new CorrectionRejected(id, correction.Dataset, reason.Trim()));
        }, cancellationToken);
    }

    /// <summary>Takes note of an outcome: the consumer's task ends.</summary>
    public async Task AcknowledgeAsync(Guid id, Caller caller, CancellationToken cancellationToken)
    {
        var correction = await corrections.FindAsync(id, caller, cancellationToken);
        if (!caller.MayActFor(correction.Consumer))
            throw HubException.Forbidden("other-department", $"{correction.Consumer} raised it; only its people take note of the outcome.");
        await database.InTransactionAsync(connection => tasks.CloseAsync(connection, correction.Subject, OutcomeTask, cancellationToken), cancellationToken);
    }

    /// <summary>Stops the clock, ends the steward's task and tells whoever raised it.</summary>
    public async Task SettleAsync(NpgsqlConnection connection, Correction correction, string outcome, CancellationToken cancellationToken)
    {
        await clocks.StopAsync(connection, ClockKind.Correction, correction.Subject, cancellationToken);
        await tasks.CloseAsync(connection, correction.Subject, null, cancellationToken);
        await tasks.OpenAsync(connection, new NewTask(OutcomeTask, correction.Subject, correction.RaisedRole, correction.Consumer, $"{correction.Dataset}: {outcome}", null), cancellationToken);
    }

    Task<Correction> DecideAsync(
        Guid id, Caller caller, Func<NpgsqlConnection, Correction, Task<(Correction, IAuditEvent)>> decide, CancellationToken cancellationToken) =>
        refusals.WatchAsync(caller, $"correction:{id}", () => TryDecideAsync(id, caller, decide, cancellationToken));

    async Task<Correction> TryDecideAsync(
        Guid id, Caller caller, Func<NpgsqlConnection, Correction, Task<(Correction, IAuditEvent)>> decide, CancellationToken cancellationToken)
    {
        var seen = await corrections.FindAsync(id, caller, cancellationToken);
        if (!caller.MayActFor(seen.Provider))
            throw HubException.Forbidden("other-department", $"{seen.Provider} answers for {seen.Dataset}; only its stewards decide on corrections.");
        if (seen.Consumer != seen.Provider && caller.BelongsTo(seen.Consumer))
            throw HubException.Forbidden("four-eyes", $"You belong to {seen.Consumer}, which raised the correction. Leave it to another steward of {seen.Provider}.");
        return await database.InTransactionAsync(
            async connection =>
            {
                var (decided, deed) = await decide(connection, await corrections.LockAsync(connection, id, cancellationToken));
                await audit.AppendAsync(connection, caller, deed, cancellationToken);
                return decided;
            },
            cancellationToken);
    }
}
