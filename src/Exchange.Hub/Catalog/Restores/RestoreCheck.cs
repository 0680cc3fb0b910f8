using Exchange.Hub.Audit;
using Exchange.Hub.Platform;
using Npgsql;

namespace Exchange.Hub.Catalog.Restores;

/// <summary>The database was restored from a backup: what was published after it is lost, and old cursors with it.</summary>
sealed record DatabaseRestored(string Reason, int Datasets) : IAuditEvent
{
    public string Subject => "database:hub";
}

/// <summary>
/// Notices at each start that the database was restored from a backup, and raises every dataset's feed epoch then: a
/// consumer may have seen changes that this database knows nothing of, so it must read a snapshot again instead of going
/// on from a cursor that now leads somewhere else. Raising it needlessly costs consumers one more reading; not raising
/// it would cost them the truth.
/// </summary>
sealed class RestoreCheck(NpgsqlDataSource database, AuditMark mark, IAuditTrail audit, ILogger<RestoreCheck> log)
{
    /// <summary>Looks, before anything is served.</summary>
    public async Task ExecuteAsync(CancellationToken cancellationToken)
    {
        var reason = await database.InTransactionAsync(connection => CheckAsync(connection, cancellationToken), cancellationToken);
        if (reason is not null)
            log.LogWarning("{Reason} Cursors that were given out before are refused from now on, and subscriptions begin again", reason);
        await mark.WriteAsync(cancellationToken);
    }

    async Task<string?> CheckAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync($"select pg_advisory_xact_lock(hashtextextended('catalog.origin', 0))", [], cancellationToken); // of hubs that start at once, one looks first
        var moved = await connection.ScalarAsync<bool>($"select exists (select from catalog.origin o, {here} h where (o.system_identifier, o.timeline, o.database_oid) <> (h.system_identifier, h.timeline, h.database_oid))", [], cancellationToken);
        await connection.ExecuteAsync(
            $"""
            insert into catalog.origin (system_identifier, timeline, database_oid) select system_identifier, timeline, database_oid from {here} h
            on conflict (single) do update set system_identifier = excluded.system_identifier, timeline = excluded.timeline, database_oid = excluded.database_oid
            """,
            [], cancellationToken);
        var reason = moved ? "The database is a copy of the one that the hub last ran on, or was recovered to an earlier point."
            : await mark.IsMissingAsync(connection, cancellationToken) ? "The database lacks what the hub last saw in its audit log: it was restored from a backup."
            : null;
        if (reason is not null)
        {
            var datasets = await connection.ExecuteAsync($"update catalog.heads set epoch = epoch + 1", [], cancellationToken);
            await audit.AppendAsync(connection, Caller.System, new DatabaseRestored(reason, datasets), cancellationToken);
        }
        return reason;
    }

    /// <summary>
    /// The very database that this is: the cluster as it was initialised, the timeline that a recovery to a point in time
    /// or a promoted standby begins, and the number of the database, which one that was dropped and made again does not keep.
    /// </summary>
    static readonly SqlText here = $"""
        (select s.system_identifier::text, c.timeline_id as timeline, d.oid::bigint as database_oid
         from pg_control_system() s, pg_control_checkpoint() c, pg_database d where d.datname = current_database())
        """;
}
