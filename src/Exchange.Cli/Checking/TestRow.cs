using System.Text;
using System.Text.Json;
using Exchange.Sdk;

namespace Exchange.Cli.Checking;

/// <summary>Makes a batch of one row from JSON.</summary>
static class TestRow
{
    /// <summary>The kind that a JSON value has where none is declared: texts are text, as in a file.</summary>
    public static ValueKind KindOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => ValueKind.Null,
        JsonValueKind.True or JsonValueKind.False => ValueKind.Boolean,
        JsonValueKind.Number => value.GetRawText().AsSpan().ContainsAny('.', 'e', 'E') ? ValueKind.Decimal : ValueKind.Integer,
        _ => ValueKind.Text,
    };

    /// <summary>Replaces what stands in the batch. A column that the row does not name is null.</summary>
    public static void Fill(Batch batch, JsonElement row, IReadOnlyList<SourceColumn> columns)
    {
        batch.Clear(columns.Count);
        foreach (var column in columns)
        {
            if (row.Member(column.Name) is not { } value)
                batch.AddNull();
            else if (column.Kind == ValueKind.Bytes && value.ValueKind == JsonValueKind.String && value.TryGetBytesFromBase64(out var bytes))
                batch.Add(ValueKind.Bytes, bytes);
            else
                batch.Add(KindOf(value) == ValueKind.Text ? column.Kind : KindOf(value), Encoding.UTF8.GetBytes(value.AsText()));
        }
        batch.EndRow(1);
    }
}
