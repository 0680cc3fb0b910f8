namespace Exchange.Engine.Records;

/// <summary>
/// The codes that the engine itself gives to rejects. Beside these a reject carries <c>schema-&lt;keyword&gt;</c>, a code of
/// the mapping's own, or a code of the connector.
/// </summary>
public static class RejectCode
{
    /// <summary>Text is not valid UTF-8, usually because the source names the wrong encoding.</summary>
    public const string InvalidText = "invalid-text";

    /// <summary>Text holds a NUL character.</summary>
    public const string NulInText = "nul-in-text";

    /// <summary>A floating point value is NaN or infinite.</summary>
    public const string NotANumber = "not-a-number";

    /// <summary>A value does not read as a decimal number.</summary>
    public const string InvalidDecimal = "invalid-decimal";

    /// <summary>A value does not read as a whole number.</summary>
    public const string InvalidInteger = "invalid-integer";

    /// <summary>A value does not read as a date that exists.</summary>
    public const string InvalidDate = "invalid-date";

    /// <summary>A value does not read as a time of day.</summary>
    public const string InvalidTime = "invalid-time";

    /// <summary>A value does not read as a date with time that exists.</summary>
    public const string InvalidDateTime = "invalid-date-time";

    /// <summary>A local time was skipped by a clock change, so that it is no point in time.</summary>
    public const string SkippedLocalTime = "skipped-local-time";

    /// <summary>A value does not read as a boolean.</summary>
    public const string InvalidBoolean = "invalid-boolean";

    /// <summary>A code is not in its code table.</summary>
    public const string LookupMiss = "lookup-miss";

    /// <summary>A value is of another kind than its column or function promises.</summary>
    public const string TypeMismatch = "type-mismatch";

    /// <summary>A calculation needs more digits, or a date more years, than there are.</summary>
    public const string OutOfRange = "out-of-range";

    /// <summary>A calculation divides by zero.</summary>
    public const string DivisionByZero = "division-by-zero";

    /// <summary>A key field has no value.</summary>
    public const string MissingKey = "missing-key";

    /// <summary>The key is longer than 1,024 bytes.</summary>
    public const string KeyTooLong = "key-too-long";

    /// <summary>The record is larger than a record may be.</summary>
    public const string RecordTooLarge = "record-too-large";
}
