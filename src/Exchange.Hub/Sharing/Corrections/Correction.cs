using Exchange.Engine.Records;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing.Access;
using Npgsql;

namespace Exchange.Hub.Sharing.Corrections;

/// <summary>The word of a consumer that a record is wrong, and what became of it.</summary>
/// <param name="Field">JSON pointer of the field that is wrong; null for the record as a whole.</param>
/// <param name="Statement">What is wrong.</param>
/// <param name="Proposed">What would be right, where the consumer knows.</param>
/// <param name="RaisedIn">The publication that was newest then.</param>
/// <param name="Confirmed">Whether the provider has confirmed it.</param>
/// <param name="Reason">Why it was rejected.</param>
/// <param name="FixedIn">The publication that changed the record.</param>
public sealed record Correction(
    Guid Id, string Dataset, string Provider, string Consumer, string RaisedBy, Role RaisedRole, string Key, string? Field, string Statement, string? Proposed,
    DateTimeOffset RaisedAt, int RaisedIn, CorrectionState State, bool Confirmed, string? Reason, int? FixedIn, DateTimeOffset ChangedAt)
{
    internal static readonly SqlText Columns =
        $"id, dataset, provider, consumer, raised_by, raised_role, key, field, statement, proposed, raised_at, raised_in, state, confirmed, reason, fixed_in, changed_at";

    /// <summary>What clocks, tasks and the audit log know it by.</summary>
    internal string Subject => $"correction:{Id}";

    /// <summary>Reads a row, and opens what is encrypted in it.</summary>
    internal static Func<NpgsqlDataReader, Correction> ReadWith(SharingKeys keys) => row => new(
        row.GetGuid(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4), RoleNames.Parse(row.GetString(5)), keys.Open(row.GetFieldValue<byte[]>(6)), row.Maybe<string>(7),
        keys.Open(row.GetFieldValue<byte[]>(8)), row.Maybe<byte[]>(9) is { } proposed ? keys.Open(proposed) : null, row.GetFieldValue<DateTimeOffset>(10), row.GetInt32(11), CorrectionStates.Parse(row.GetString(12)), row.GetBoolean(13),
        row.Maybe<string>(14), row.Maybe<int?>(15), row.GetFieldValue<DateTimeOffset>(16));

    /// <summary>A digest of what is said to be wrong, by which a change of it is known: of the field, or of all of the record that was shown.</summary>
    /// <param name="record">The stored bytes; null when there is no record any more.</param>
    /// <param name="field">The field; null for the record as a whole.</param>
    /// <param name="fields">Fields that the consumer was shown; null for all.</param>
    /// <param name="masked">Fields among them of which it saw a mask alone.</param>
    /// <param name="keys">Keys of the room.</param>
    internal static byte[] Observe(byte[]? record, string? field, IReadOnlyCollection<string>? fields, IReadOnlyCollection<string> masked, SharingKeys keys)
    {
        if (record is null)
            return [];
        if (field is not null)
            return keys.HashOfObserved(new FieldReader([field]).Read(record)[0].Of(record));
        var seen = new JsonBuffer();
        var view = fields is null ? RecordView.Whole : RecordView.Of(fields, masked.ToDictionary(pointer => pointer, _ => FieldMask.Redact), default);
        view.Write(record, seen);
        return keys.HashOfObserved(seen.WrittenSpan);
    }
}
