using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Exchange.Cli;

/// <summary>Reads the hub's answers leniently: what is not there is null, so that an older hub still shows.</summary>
static class Json
{
    /// <summary>Chinese stays Chinese; the terminal and the shell are no web page.</summary>
    public static readonly JsonSerializerOptions Compact = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static readonly JsonSerializerOptions Indented = new(Compact) { WriteIndented = true };

    extension(JsonElement element)
    {
        /// <summary>The member, or null when there is none or it is null.</summary>
        public JsonElement? Member(string name) =>
            element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var member) && member.ValueKind != JsonValueKind.Null
                ? member
                : null;

        /// <summary>A scalar member as text, or null.</summary>
        public string? Text(string name) => element.Member(name)?.AsText();

        public long? Number(string name) =>
            element.Member(name) is { ValueKind: JsonValueKind.Number } member && member.TryGetDouble(out var number) ? (long)number : null;

        public bool Flag(string name) => element.Member(name) is { ValueKind: JsonValueKind.True };

        public DateTimeOffset? Time(string name) =>
            DateTimeOffset.TryParse(element.Text(name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

        /// <summary>The items of an array member; none when it is not there.</summary>
        public IEnumerable<JsonElement> Items(string name) =>
            element.Member(name) is { ValueKind: JsonValueKind.Array } items ? items.EnumerateArray() : [];

        /// <summary>The items of a list, given bare or as <c>items</c>.</summary>
        public IEnumerable<JsonElement> List() =>
            element.ValueKind == JsonValueKind.Array ? element.EnumerateArray() : element.Items("items");

        /// <summary>A scalar without quotes, anything else as compact JSON, null as empty text.</summary>
        public string AsText() => element.ValueKind switch
        {
            JsonValueKind.String => element.GetString()!,
            JsonValueKind.Null or JsonValueKind.Undefined => "",
            _ => element.ToCompact(),
        };

        public string ToCompact() => JsonSerializer.Serialize(element, Compact);
    }
}
