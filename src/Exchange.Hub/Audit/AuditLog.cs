using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Exchange.Hub.Platform;
using Npgsql;

namespace Exchange.Hub.Audit;

/// <summary>
/// The append-only log of deeds. Each event's hash is SHA-256 over the hash before it and its own leaf, so that a change
/// anywhere shows from there on. The database itself computes the chain; the hub's role can only call it.
/// </summary>
public sealed class AuditLog(NpgsqlDataSource database, TimeProvider time) : IAuditTrail
{
    /// <inheritdoc/>
    public Task AppendAsync(NpgsqlConnection connection, Caller actor, IAuditEvent deed, CancellationToken cancellationToken) =>
        connection.ExecuteAsync($"select audit.append($1)", [AuditLeaf.Write(time.GetUtcNow(), actor, deed)], cancellationToken);

    /// <summary>Walks the whole chain in one snapshot and reports the first break.</summary>
    public async Task<AuditVerdict> VerifyAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var snapshot = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellationToken);
        var head = await connection.FirstOrDefaultAsync($"select seq, hash from audit.head", [], row => (Seq: row.GetInt64(0), Hash: row.GetFieldValue<byte[]>(1)), cancellationToken);
        var previous = new byte[SHA256.HashSizeInBytes];
        var count = 0L;
        await using var command = new NpgsqlCommand("select seq, at, actor, type, subject, leaf, hash from audit.events order by seq", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var seq = reader.GetInt64(0);
            if (seq != count + 1)
                return AuditVerdict.Broken(count + 1, count, "the event is missing");
            var leaf = reader.GetString(5);
            previous = SHA256.HashData([.. previous, .. Encoding.UTF8.GetBytes(leaf)]);
            if (!previous.AsSpan().SequenceEqual(reader.GetFieldValue<byte[]>(6)))
                return AuditVerdict.Broken(seq, count, "the hash does not follow from the event and the hash before it");
            if (!Agrees(reader, leaf))
                return AuditVerdict.Broken(seq, count, "the columns differ from the event");
            count = seq;
        }
        if (head.Seq != count || !previous.AsSpan().SequenceEqual(head.Hash))
            return AuditVerdict.Broken(count + 1, count, $"the log ends here, but {head.Seq} events were written");
        return new AuditVerdict(true, count, Convert.ToHexStringLower(previous), null);
    }

    static bool Agrees(NpgsqlDataReader row, string leaf)
    {
        using var document = JsonDocument.Parse(leaf);
        var root = document.RootElement;
        return DateTimeOffset.Parse(root.GetProperty("at").GetString()!, CultureInfo.InvariantCulture) == row.GetFieldValue<DateTimeOffset>(1)
            && root.GetProperty("actor").GetProperty("id").GetString() == row.GetString(2)
            && root.GetProperty("type").GetString() == row.GetString(3)
            && root.GetProperty("subject").GetString() == row.GetString(4);
    }
}

/// <summary>What a verification found.</summary>
/// <param name="Intact">Whether nothing was altered.</param>
/// <param name="Events">Events that are in order, from the first.</param>
/// <param name="HeadHash">Hash of the last event, in hexadecimal, to compare with one noted elsewhere; null when broken.</param>
/// <param name="Break">Where it breaks first.</param>
public sealed record AuditVerdict(bool Intact, long Events, string? HeadHash, AuditBreak? Break)
{
    /// <summary>A broken log.</summary>
    public static AuditVerdict Broken(long seq, long intact, string reason) => new(false, intact, null, new AuditBreak(seq, reason));
}

/// <summary>The first event that is not as it was written.</summary>
public sealed record AuditBreak(long Seq, string Reason);
