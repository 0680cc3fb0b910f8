using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing.Access;
using Npgsql;

namespace Exchange.Hub.Sharing.Corrections;

/// <summary>Closes corrections whose record a publication has changed where it was said to be wrong. Called by the clock.</summary>
sealed class CloseCorrections(NpgsqlDataSource database, CorrectionStore corrections, DecideCorrection decide, SharingKeySource keys, IAuditTrail audit)
{
    /// <summary>Looks at every open correction whose dataset was published since it was last looked at.</summary>
    public async Task ExecuteAsync(CancellationToken cancellationToken)
    {
        var open = await database.QueryAsync(
            $"select id, dataset, checked_in from sharing.corrections where state in ('raised', 'verifying') order by dataset",
            [], row => (Id: row.GetGuid(0), Dataset: row.GetString(1), CheckedIn: row.GetInt32(2)), cancellationToken);
        foreach (var ofDataset in open.GroupBy(each => each.Dataset))
        {
            if (await DatasetHeads.FindAsync(database, ofDataset.Key, cancellationToken) is not { } head)
                continue;
            foreach (var (id, _, _) in ofDataset.Where(each => each.CheckedIn < head.Publication))
                await database.InTransactionAsync(connection => LookAsync(connection, head, id, cancellationToken), cancellationToken);
        }
    }

    async Task LookAsync(NpgsqlConnection connection, DatasetHead head, Guid id, CancellationToken cancellationToken)
    {
        var correction = await corrections.LockAsync(connection, id, cancellationToken);
        if (!correction.State.CanBecome(CorrectionState.Fixed) && !correction.State.CanBecome(CorrectionState.Verifying))
            return; // decided meanwhile
        var (observed, fields, masked) = await connection.FirstOrDefaultAsync(
            $"update sharing.corrections set checked_in = $2 where id = $1 returning observed, fields, masked",
            [id, head.Publication], row => (row.GetFieldValue<byte[]>(0), row.Maybe<string[]>(1), row.GetFieldValue<string[]>(2)), cancellationToken);
        var record = await CurrentRecord.FindAsync(connection, head, correction.Key, RowFilter.None, cancellationToken);
        if (Correction.Observe(record, correction.Field, fields, masked, await keys.GetAsync(cancellationToken)).AsSpan().SequenceEqual(observed))
            return;
        await FixAsync(connection, correction, head.Publication, cancellationToken);
    }

    async Task FixAsync(NpgsqlConnection connection, Correction correction, int publication, CancellationToken cancellationToken)
    {
        var takenUp = correction.State == CorrectionState.Raised;
        if (takenUp)
            correction = await corrections.MoveAsync(connection, correction, CorrectionState.Verifying, null, null, cancellationToken);
        var closed = await corrections.MoveAsync(connection, correction, CorrectionState.Fixed, null, publication, cancellationToken);
        await decide.SettleAsync(connection, closed, $"publication {publication} has changed the record that you said is wrong", cancellationToken);
        if (takenUp)
            await audit.AppendAsync(connection, Caller.System, new CorrectionTakenUp(closed.Id, closed.Dataset), cancellationToken);
        await audit.AppendAsync(connection, Caller.System, new CorrectionFixed(closed.Id, closed.Dataset, publication), cancellationToken);
    }
}
