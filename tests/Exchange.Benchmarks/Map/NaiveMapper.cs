using System.Buffers;
using System.Globalization;
using System.IO.Hashing;
using System.Text;
using System.Text.Json;
using Exchange.Sdk;

namespace Exchange.Benchmarks.Map;

/// <summary>The same mapping as one would write it by hand for this one table: strings, a dictionary, Utf8JsonWriter; no validation.</summary>
sealed class NaiveMapper
{
    static readonly Dictionary<string, string> Statuses = new() { ["A"] = "active", ["S"] = "suspended", ["C"] = "closed" };

    readonly ArrayBufferWriter<byte> output = new(1024 * 1024);

    public long Map(Batch batch)
    {
        output.ResetWrittenCount();
        using var writer = new Utf8JsonWriter(output, new JsonWriterOptions { SkipValidation = true });
        for (var row = 0; row < batch.RowCount; row++)
        {
            var start = output.WrittenCount;
            Write(writer, batch, row);
            writer.Flush();
            XxHash128.HashToUInt128(output.WrittenSpan[start..]);
            writer.Reset();
        }
        return output.WrittenCount;
    }

    static void Write(Utf8JsonWriter writer, Batch batch, int row)
    {
        writer.WriteStartObject();
        writer.WriteNumber("capital", decimal.Parse(Text(batch, row, 3), CultureInfo.InvariantCulture));
        writer.WriteString("city", Text(batch, row, 7));
        writer.WriteNumber("employees", long.Parse(Text(batch, row, 8), CultureInfo.InvariantCulture));
        writer.WriteString("founded", DateOnly.ParseExact(Text(batch, row, 2), "yyyyMMdd", CultureInfo.InvariantCulture).ToString("O", CultureInfo.InvariantCulture));
        writer.WriteString("licence", Text(batch, row, 0));
        writer.WriteString("name", Text(batch, row, 1));
        if (Text(batch, row, 9) is { Length: > 0 } note)
            writer.WriteString("note", note);
        writer.WriteString("postcode", Text(batch, row, 6));
        writer.WriteString("status", Statuses[Text(batch, row, 4)]);
        writer.WriteString("street", Text(batch, row, 5));
        writer.WriteEndObject();
    }

    static string Text(Batch batch, int row, int column) => Encoding.UTF8.GetString(batch.Utf8(row, column));
}
