using System.Text;
using System.Text.Json;

namespace Exchange.Cli.Documents;

/// <summary>Finds where a value stands in its file, so that an error can be clicked.</summary>
static class JsonLocator
{
    /// <param name="utf8">Well-formed JSON.</param>
    /// <param name="pointer">JSON pointer (RFC 6901). Where it leads nowhere, the deepest value on its way counts.</param>
    /// <returns>Line and column from 1; the column counts characters.</returns>
    public static (int Line, int Column) Find(ReadOnlySpan<byte> utf8, string pointer)
    {
        var reader = new Utf8JsonReader(utf8);
        reader.Read();
        var at = reader.TokenStartIndex;
        foreach (var segment in pointer.Split('/').Skip(1).Select(Unescape))
        {
            if (!Enter(ref reader, segment))
                break;
            at = reader.TokenStartIndex;
        }
        return PositionOf(utf8, (int)at);
    }

    /// <summary>Line and column of a byte.</summary>
    public static (int Line, int Column) PositionOf(ReadOnlySpan<byte> utf8, int offset)
    {
        var before = utf8[..Math.Min(offset, utf8.Length)];
        var lineStart = before.LastIndexOf((byte)'\n') + 1;
        return (before.Count((byte)'\n') + 1, Encoding.UTF8.GetCharCount(before[lineStart..]) + 1);
    }

    /// <summary>Moves from the start of an object or array to the value of one of its members.</summary>
    static bool Enter(ref Utf8JsonReader reader, string segment)
    {
        if (reader.TokenType == JsonTokenType.StartObject)
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var found = reader.ValueTextEquals(segment);
                reader.Read();
                if (found)
                    return true;
                reader.Skip();
            }
        else if (reader.TokenType == JsonTokenType.StartArray && int.TryParse(segment, out var index))
            for (var i = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; i++)
            {
                if (i == index)
                    return true;
                reader.Skip();
            }
        return false;
    }

    static string Unescape(string segment) => segment.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
}
