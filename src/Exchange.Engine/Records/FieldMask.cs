namespace Exchange.Engine.Records;

/// <summary>What stands in the place of a value. Null stays null under every mask.</summary>
public enum FieldMask
{
    /// <summary><c>null</c>.</summary>
    Redact,

    /// <summary>
    /// A string of four asterisks and the last four characters of a text or number, or of asterisks alone where there
    /// are no more than four: neither the value nor its length can be told. <c>null</c> for anything else.
    /// </summary>
    Last4,

    /// <summary>The year of an RFC 3339 date or instant as a string, <c>"1980"</c>; <c>null</c> for anything else.</summary>
    Year,

    /// <summary>
    /// HMAC-SHA256 (RFC 2104) of a string's text, or of any other value's canonical JSON, in 64 lower-case hexadecimal
    /// digits.
    /// </summary>
    Hash,
}
