using System.Text;
using Exchange.Engine.Records;
using Exchange.Sdk;

namespace Exchange.Engine.Mapping;

/// <summary>Shows rejected rows as they were, for the person who corrects them: text that any database can hold.</summary>
public sealed class RawRow(IReadOnlyList<SourceColumn> columns)
{
    const int ShortestCut = 256;

    readonly JsonBuffer json = new();

    /// <summary>The row as a JSON object of column to text, in the order of the source; long values are cut.</summary>
    public string Of(Batch batch, int row)
    {
        json.Clear();
        var limit = Math.Max(ShortestCut, SourceReject.RawLimit / Math.Max(1, columns.Count));
        for (var i = 0; i < columns.Count; i++)
        {
            json.Write(i == 0 ? (byte)'{' : (byte)',');
            json.WriteString(Encoding.UTF8.GetBytes(columns[i].Name));
            json.Write((byte)':');
            if (batch.Kind(row, i) == ValueKind.Null)
                json.Write("null"u8);
            else
                json.WriteString(Encoding.UTF8.GetBytes(Show(batch.Kind(row, i), batch.Utf8(row, i), limit)));
        }
        json.Write((byte)'}');
        return Encoding.UTF8.GetString(json.WrittenSpan);
    }

    /// <summary>Raw bytes as text; what is no text, and NUL, as replacement characters.</summary>
    public static string TextOf(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes).Replace('\0', '\uFFFD');

    static string Show(ValueKind kind, ReadOnlySpan<byte> value, int limit)
    {
        var cut = value.Length > limit;
        if (cut)
            value = value[..limit];
        return (kind == ValueKind.Bytes ? Convert.ToBase64String(value) : TextOf(value)) + (cut ? "…" : "");
    }
}
