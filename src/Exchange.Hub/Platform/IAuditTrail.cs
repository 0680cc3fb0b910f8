using Npgsql;

namespace Exchange.Hub.Platform;

/// <summary>
/// Something that was done, as a record named in the past tense: <c>SourceRegistered</c>. Its properties are the facts,
/// and none is secret. The name and the properties are for ever: what was written once is read for years.
/// </summary>
public interface IAuditEvent
{
    /// <summary>What it was done to, as <c>kind:id</c>: <c>source:12</c>, <c>dataset:company-register</c>.</summary>
    string Subject { get; }
}

/// <summary>
/// Where deeds are written down. The floor boundary through which Platform, which stands below the Audit room, can
/// write too.
/// </summary>
public interface IAuditTrail
{
    /// <summary>
    /// Writes one event in the connection's transaction, so that deed and event are kept or lost together. Call it
    /// last: events are written one after the other, and others wait until this transaction ends.
    /// </summary>
    Task AppendAsync(NpgsqlConnection connection, Caller actor, IAuditEvent deed, CancellationToken cancellationToken);
}
