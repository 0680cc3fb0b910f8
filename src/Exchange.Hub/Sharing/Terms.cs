using System.Text.Json.Serialization;

namespace Exchange.Hub.Sharing;

/// <summary>
/// What is asked for in a request, what a steward makes of it, and what a grant then allows: the same members all the
/// way, so that each step can be held beside the one before.
/// </summary>
public sealed record Terms
{
    /// <summary>JSON pointers of the fields that may be seen; the key fields of the schema are always among them.</summary>
    public required IReadOnlyList<string> Fields { get; init; }

    /// <summary>Fields of which only a mask may be seen, by JSON pointer; each also stands in <see cref="Fields"/>.</summary>
    public IReadOnlyDictionary<string, Mask> Masks { get; init; } = new Dictionary<string, Mask>();

    /// <summary>Conditions that a record must meet to be seen, over declared filterable fields; all must hold.</summary>
    public IReadOnlyList<RowCondition> Rows { get; init; } = [];

    /// <summary>Ways in which data may leave.</summary>
    public required IReadOnlyList<DeliveryMode> Modes { get; init; }

    /// <summary>How much may be taken.</summary>
    public Quota Quota { get; init; } = new();

    /// <summary>First instant of use.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>First instant after the last use.</summary>
    public required DateTimeOffset Until { get; init; }
}

/// <summary>What stands in the place of a value.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Mask>))]
public enum Mask
{
    /// <summary><c>null</c>.</summary>
    [JsonStringEnumMemberName("redact")]
    Redact,

    /// <summary>Asterisks and the last four characters.</summary>
    [JsonStringEnumMemberName("last4")]
    Last4,

    /// <summary>The year of a date or instant.</summary>
    [JsonStringEnumMemberName("year")]
    Year,

    /// <summary>HMAC-SHA256 keyed for the consumer: equal values stay equal for one consumer and mean nothing to another.</summary>
    [JsonStringEnumMemberName("hash")]
    Hash,
}

/// <summary>A way in which data leaves.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DeliveryMode>))]
public enum DeliveryMode
{
    /// <summary>One record by its key.</summary>
    [JsonStringEnumMemberName("lookup")]
    Lookup,

    /// <summary>Pages, streams and whole publications.</summary>
    [JsonStringEnumMemberName("query")]
    Query,

    /// <summary>The change feed.</summary>
    [JsonStringEnumMemberName("changes")]
    Changes,

    /// <summary>Webhooks, tables and files that the hub sends.</summary>
    [JsonStringEnumMemberName("push")]
    Push,

    /// <summary>Yes or no to claims about one record; no field of it is shown.</summary>
    [JsonStringEnumMemberName("verify")]
    Verify,
}

/// <summary>What ways of delivery include.</summary>
static class DeliveryModes
{
    /// <summary>Whether these ways allow one: whoever may read a record may also ask whether something holds of it.</summary>
    public static bool Allow(this IReadOnlyList<DeliveryMode> modes, DeliveryMode mode) =>
        modes.Contains(mode) || (mode == DeliveryMode.Verify && modes.Contains(DeliveryMode.Lookup));
}

/// <summary>One condition on a filterable field.</summary>
/// <param name="Field">JSON pointer of the field.</param>
/// <param name="Op"><c>eq</c>, <c>in</c>, <c>gt</c>, <c>gte</c>, <c>lt</c> or <c>lte</c>.</param>
/// <param name="Values">One value; one or more for <c>in</c>. Written as in a query parameter.</param>
public sealed record RowCondition(string Field, string Op, IReadOnlyList<string> Values);

/// <summary>How much may be taken under a grant; null means no limit.</summary>
/// <param name="RequestsPerMinute">Requests in any minute.</param>
/// <param name="RecordsPerDay">Records from midnight to midnight in the hub's time zone.</param>
public sealed record Quota(int? RequestsPerMinute = null, long? RecordsPerDay = null);
