using Exchange.Engine.Records;
using Exchange.Hub.Platform;
using Npgsql;
using NpgsqlTypes;

namespace Exchange.Hub.Runs.Quarantine;

/// <summary>
/// Where the rejects of a run wait for a person. They are written as they come, beside the publishing transaction:
/// a run that fails because of its rejects must still be able to show them.
/// </summary>
sealed class RejectWriter(NpgsqlDataSource database, RunClaim claim)
{
    const int Pending = 1000;
    readonly List<RecordReject> pending = [];
    long written;

    /// <summary>Forgets what an earlier attempt of the same run left.</summary>
    public Task ResetAsync(CancellationToken cancellationToken) =>
        database.ExecuteAsync($"delete from runs.rejects where run_id = $1", [claim.Id], cancellationToken);

    /// <summary>Takes rejects; writes them when there are enough for one COPY.</summary>
    public async Task AddAsync(IReadOnlyList<RecordReject> rejects, CancellationToken cancellationToken)
    {
        if (rejects.Count == 0)
            return;
        pending.AddRange(rejects);
        if (pending.Count >= Pending)
            await FlushAsync(cancellationToken);
    }

    /// <summary>Writes what is pending.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        if (pending.Count == 0)
            return;
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var copy = await connection.BeginBinaryImportAsync(
            "copy runs.rejects (run_id, epoch, id, code, field, message, origin, row_number, byte_offset, raw) from stdin (format binary)", cancellationToken);
        foreach (var reject in pending)
            await WriteAsync(copy, reject, cancellationToken);
        await copy.CompleteAsync(cancellationToken);
        pending.Clear();
    }

    async Task WriteAsync(NpgsqlBinaryImporter copy, RecordReject reject, CancellationToken cancellationToken)
    {
        await copy.StartRowAsync(cancellationToken);
        await copy.WriteAsync(claim.Id, NpgsqlDbType.Uuid, cancellationToken);
        await copy.WriteAsync(claim.Epoch, NpgsqlDbType.Integer, cancellationToken);
        await copy.WriteAsync(++written, NpgsqlDbType.Bigint, cancellationToken);
        await copy.WriteAsync(Storable(reject.Code), NpgsqlDbType.Text, cancellationToken);
        await copy.WriteAsync(Storable(reject.Field), NpgsqlDbType.Text, cancellationToken);
        await copy.WriteAsync(Storable(reject.Message), NpgsqlDbType.Text, cancellationToken);
        await copy.WriteAsync(Storable(reject.Position.Origin), NpgsqlDbType.Text, cancellationToken);
        await copy.WriteAsync(reject.Position.Row, NpgsqlDbType.Bigint, cancellationToken);
        await copy.WriteAsync(reject.Position.ByteOffset, NpgsqlDbType.Bigint, cancellationToken);
        await copy.WriteAsync(Storable(reject.Raw), NpgsqlDbType.Text, cancellationToken);
    }

    /// <summary>PostgreSQL's text holds no NUL: it is shown as the symbol for it (U+2400).</summary>
    static string? Storable(string? text) => text?.Replace('\0', '\u2400');
}
