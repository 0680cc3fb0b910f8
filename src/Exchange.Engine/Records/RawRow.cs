using System.Text;
using Exchange.Sdk;

namespace Exchange.Engine.Records;

/// <summary>A source row as people see it in the quarantine: a JSON object of column to text, in the source's order.</summary>
public static class RawRow
{
    /// <summary>Bytes shown of one value; a longer one is cut and ends in an ellipsis.</summary>
    public const int ValueLimit = 8 * 1024;

    /// <summary>Writes one row. Null stays null, bytes become Base64, everything else is text.</summary>
    public static string Of(IReadOnlyList<SourceColumn> columns, Batch batch, int row)
    {
        var json = new JsonBuffer();
        json.Write((byte)'{');
        for (var column = 0; column < batch.ColumnCount; column++)
        {
            if (column > 0)
                json.Write((byte)',');
            json.WriteString(Encoding.UTF8.GetBytes(column < columns.Count ? columns[column].Name : $"column {column + 1}"));
            json.Write((byte)':');
            WriteValue(json, batch.Kind(row, column), batch.Utf8(row, column));
        }
        json.Write((byte)'}');
        return Encoding.UTF8.GetString(json.WrittenSpan);
    }

    static void WriteValue(JsonBuffer json, ValueKind kind, ReadOnlySpan<byte> value)
    {
        if (kind == ValueKind.Null)
            json.Write("null"u8);
        else if (kind == ValueKind.Bytes)
            json.WriteString(Encoding.ASCII.GetBytes(Convert.ToBase64String(value[..Math.Min(value.Length, ValueLimit)])));
        else if (value.Length <= ValueLimit)
            json.WriteString(value);
        else
            json.WriteString([.. value[..CharacterStart(value, ValueLimit)], .. "…"u8]);
    }

    /// <summary>The start of the character that the byte at <paramref name="index"/> belongs to.</summary>
    static int CharacterStart(ReadOnlySpan<byte> utf8, int index)
    {
        while (index > 0 && (utf8[index] & 0xC0) == 0x80)
            index--;
        return index;
    }
}
