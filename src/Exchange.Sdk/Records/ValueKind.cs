namespace Exchange.Sdk;

/// <summary>
/// The type of one source value. Every value travels as UTF-8 text in the one canonical form given here
/// (<see cref="Bytes"/> travels raw), so that no string is made on the way from a source to a record.
/// </summary>
public enum ValueKind : byte
{
    /// <summary>No value. An empty text is not null.</summary>
    Null,

    /// <summary>Text, as it stood in the source, decoded to UTF-8. All values of a text file are of this kind.</summary>
    Text,

    /// <summary>Whole number of any size: <c>-?[0-9]+</c>, no leading zeros.</summary>
    Integer,

    /// <summary>Exact decimal of any precision: <c>-?[0-9]+(\.[0-9]+)?</c>. Never passes through a double.</summary>
    Decimal,

    /// <summary>Binary floating point in its shortest round-trip form, only where the source itself stores doubles.</summary>
    Double,

    /// <summary><c>true</c> or <c>false</c>.</summary>
    Boolean,

    /// <summary>Calendar date without time: <c>yyyy-MM-dd</c> (RFC 3339 full-date).</summary>
    Date,

    /// <summary>Time of day without zone: <c>HH:mm:ss[.fffffff]</c>.</summary>
    Time,

    /// <summary>Date and time without zone: <c>yyyy-MM-ddTHH:mm:ss[.fffffff]</c>.</summary>
    LocalDateTime,

    /// <summary>A point in time, in UTC: <c>yyyy-MM-ddTHH:mm:ss[.fffffff]Z</c> (RFC 3339 date-time).</summary>
    Instant,

    /// <summary>Raw bytes.</summary>
    Bytes,
}
