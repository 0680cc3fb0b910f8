using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Exchange.Sdk;

namespace Exchange.Connectors.Tests;

/// <summary>What a read handed over, in the form in which test cases state it.</summary>
sealed record Reading(IReadOnlyList<string> Columns, IReadOnlyList<string> Lines, ReadEnd End)
{
    public static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static async Task<Reading> OfAsync(ConfiguredSource source, ReadRequest request, int rowLimit = 7)
    {
        await using var reader = await source.Connector.OpenAsync(request, source.Context, CancellationToken.None);
        return await OfAsync(reader, rowLimit);
    }

    public static async Task<Reading> OfAsync(IRecordReader reader, int rowLimit = 7, long alreadyRead = 0)
    {
        var (batch, lines, count) = (new Batch(rowLimit: rowLimit), new List<string>(), alreadyRead);
        ReadEnd? end = null;
        while (end is null)
        {
            end = await reader.ReadAsync(batch, CancellationToken.None);
            count += batch.RowCount + batch.Rejects.Count;
            lines.AddRange(Enumerable.Range(0, batch.RowCount).Select(row => Row(batch, row)));
            lines.AddRange(batch.Rejects.Select(Reject));
        }
        Assert.That(end.Count, Is.EqualTo(count), "the count that the end states");
        return new Reading([.. reader.Columns.Select(column => column.Name)], lines, end);
    }

    static string Row(Batch batch, int row) =>
        new JsonArray([.. Enumerable.Range(0, batch.ColumnCount).Select(column => Cell(batch, row, column))]).ToJsonString(Readable);

    // A text is a JSON string, null is null, everything else is an object of its kind.
    static JsonNode? Cell(Batch batch, int row, int column)
    {
        var kind = batch.Kind(row, column);
        var utf8 = batch.Utf8(row, column);
        return kind switch
        {
            ValueKind.Null => null,
            ValueKind.Text => Encoding.UTF8.GetString(utf8),
            ValueKind.Bytes => new JsonObject { ["bytes"] = Convert.ToHexString(utf8) },
            _ => new JsonObject { [JsonNamingPolicy.KebabCaseLower.ConvertName(kind.ToString())] = Encoding.UTF8.GetString(utf8) },
        };
    }

    static string Reject(SourceReject reject) => new JsonObject
    {
        ["reject"] = reject.Code,
        ["origin"] = reject.Position.Origin,
        ["line"] = reject.Position.Row,
        ["offset"] = reject.Position.ByteOffset,
        ["message"] = reject.Message,
        ["raw"] = Encoding.UTF8.GetString(reject.Raw),
    }.ToJsonString(Readable);
}
