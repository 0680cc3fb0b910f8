using System.Text;

namespace Exchange.Engine.Records;

/// <summary>
/// The stable identity of a record as one text. The key of a single field is that field's text; the parts of a compound
/// key are joined by <c>|</c>, and inside a part <c>~</c> is written <c>~0</c> and <c>|</c> is written <c>~1</c>
/// (after RFC 6901), so that no two keys can be mistaken for each other.
/// </summary>
public static class RecordKey
{
    /// <summary>Bytes (UTF-8) of a key at most, so that every key fits into a database index.</summary>
    public const int ByteLimit = 1024;

    /// <summary>The key of the given parts.</summary>
    public static string Join(params IReadOnlyList<string> parts) => parts.Count == 1
        ? parts[0]
        : string.Join('|', parts.Select(part => part.Replace("~", "~0", StringComparison.Ordinal).Replace("|", "~1", StringComparison.Ordinal)));

    /// <summary>The parts of a key; the inverse of <see cref="Join"/>.</summary>
    /// <exception cref="FormatException">The key does not have so many parts.</exception>
    public static IReadOnlyList<string> Split(string key, int partCount)
    {
        if (partCount == 1)
            return [key];
        var parts = key.Split('|');
        return parts.Length == partCount
            ? [.. parts.Select(part => part.Replace("~1", "|", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal))]
            : throw new FormatException($"The key '{key}' has {parts.Length} parts where {partCount} are expected. Join them with '|'; inside a part write '~' as '~0' and '|' as '~1'.");
    }

    /// <summary>Appends one part of a compound key.</summary>
    internal static void WritePart(ReadOnlySpan<byte> part, JsonBuffer output)
    {
        for (int next; (next = part.IndexOfAny((byte)'~', (byte)'|')) >= 0; part = part[(next + 1)..])
        {
            output.Write(part[..next]);
            output.Write(part[next] == (byte)'~' ? "~0"u8 : "~1"u8);
        }
        output.Write(part);
    }

    /// <summary>True when the text can be a key: not empty and within <see cref="ByteLimit"/>.</summary>
    public static bool IsValid(string key) => key.Length > 0 && Encoding.UTF8.GetByteCount(key) <= ByteLimit;
}
