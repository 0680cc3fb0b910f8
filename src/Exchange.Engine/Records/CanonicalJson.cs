using System.Text;
using System.Text.Json;

namespace Exchange.Engine.Records;

/// <summary>
/// Any JSON in the canonical form of records, for documents and audit events: members sorted by UTF-16 code units,
/// strings escaped as RFC 8785 says, no white space, numbers as <see cref="CanonicalNumber"/>. Plain and unhurried;
/// the mapping writes the same form directly.
/// </summary>
public static class CanonicalJson
{
    /// <summary>The canonical bytes of one JSON text.</summary>
    /// <exception cref="JsonException">It is not JSON, or has no canonical form: see <see cref="Write"/>.</exception>
    public static byte[] Of(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8);
        using var document = JsonDocument.ParseValue(ref reader);
        if (reader.Read())
            throw new JsonException("There is more after the end of the JSON value.");
        return Of(document.RootElement);
    }

    /// <summary>The canonical bytes of one JSON value.</summary>
    /// <exception cref="JsonException">It has no canonical form: see <see cref="Write"/>.</exception>
    public static byte[] Of(JsonElement element)
    {
        var output = new JsonBuffer();
        Write(element, output);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Appends the canonical form of one JSON value.</summary>
    /// <exception cref="JsonException">A member stands twice, a string holds half a surrogate pair, or a number's exponent is out of bounds.</exception>
    public static void Write(JsonElement element, JsonBuffer output)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object: WriteObject(element, output); break;
            case JsonValueKind.Array: WriteArray(element, output); break;
            case JsonValueKind.String: output.WriteString(Encoding.UTF8.GetBytes(Text(element))); break;
            case JsonValueKind.Number when CanonicalNumber.TryWrite(Encoding.ASCII.GetBytes(element.GetRawText()), output): break;
            case JsonValueKind.Number: throw new JsonException($"The number {element.GetRawText()} needs more than {CanonicalNumber.ExpandedDigitLimit} digits.");
            case JsonValueKind.True: output.Write("true"u8); break;
            case JsonValueKind.False: output.Write("false"u8); break;
            default: output.Write("null"u8); break;
        }
    }

    static void WriteObject(JsonElement element, JsonBuffer output)
    {
        var members = new SortedDictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var member in element.EnumerateObject())
        {
            var name = Guard(member, static m => m.Name);
            if (!members.TryAdd(name, member.Value))
                throw new JsonException($"The member '{name}' stands twice in one object.");
        }
        output.Write((byte)'{');
        var first = true;
        foreach (var (name, value) in members)
        {
            if (!first)
                output.Write((byte)',');
            first = false;
            output.WriteString(Encoding.UTF8.GetBytes(name));
            output.Write((byte)':');
            Write(value, output);
        }
        output.Write((byte)'}');
    }

    static void WriteArray(JsonElement element, JsonBuffer output)
    {
        output.Write((byte)'[');
        var first = true;
        foreach (var item in element.EnumerateArray())
        {
            if (!first)
                output.Write((byte)',');
            first = false;
            Write(item, output);
        }
        output.Write((byte)']');
    }

    static string Text(JsonElement element) => Guard(element, static e => e.GetString()!);

    /// <summary>System.Text.Json accepts the escape of half a surrogate pair and throws when asked for its text.</summary>
    static string Guard<T>(T source, Func<T, string> read)
    {
        try
        {
            return read(source);
        }
        catch (InvalidOperationException exception)
        {
            throw new JsonException("A string holds half a surrogate pair, which is no text.", exception);
        }
    }
}
