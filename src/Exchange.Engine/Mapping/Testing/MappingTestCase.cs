using System.Globalization;
using System.Text.Json;
using Exchange.Engine.Mapping.Rules;
using Exchange.Engine.Records;
using Exchange.Sdk;

namespace Exchange.Engine.Mapping;

/// <summary>One row with what must become of it: a record, a reject, or nothing because the filter leaves it out.</summary>
internal sealed record MappingTestCase(string Name, JsonElement Row, JsonElement? Record, string? RejectCode, string? RejectField)
{
    public static MappingTestCase? Read(ObjectReader reader, int number)
    {
        var name = reader.Text("name") ?? $"case {number.ToString(CultureInfo.InvariantCulture)}";
        var row = reader.Take("row");
        var record = reader.Take("record");
        var (code, field) = ReadReject(reader);
        var filtered = reader.Flag("filtered") ?? false;
        reader.Finish();
        var expectations = (record is null ? 0 : 1) + (code is null ? 0 : 1) + (filtered ? 1 : 0);
        if (row is { ValueKind: JsonValueKind.Object } cells && expectations == 1)
            return new MappingTestCase(name, cells, record, code, field);
        reader.Problems.Add(reader.Pointer, "A case has a row and says what must become of it.", "Write { \"row\": { … } } with \"record\": { … }, \"reject\": \"code\" or \"filtered\": true.");
        return null;
    }

    static (string? Code, string? Field) ReadReject(ObjectReader reader)
    {
        if (reader.Take("reject") is not { ValueKind: JsonValueKind.Object } element)
            return (reader.Text("reject"), null);
        var reject = new ObjectReader(element, reader.At("reject"), reader.Problems);
        var read = (reject.Text("code"), reject.Text("field"));
        reject.Finish();
        return read;
    }

    public MappingTestResult Run(RecordMapper mapper, IReadOnlyList<SourceColumn> columns)
    {
        var batch = new Batch();
        batch.Clear(columns.Count);
        foreach (var column in columns)
            AddCell(batch, column);
        batch.EndRow(1);
        var output = new RecordBatch();
        mapper.Map(batch, output);
        return new MappingTestResult(Name, Difference(output));
    }

    void AddCell(Batch batch, SourceColumn column)
    {
        if (!Row.TryGetProperty(column.Name, out var value) || value.ValueKind == JsonValueKind.Null)
            batch.AddNull();
        else if (value.ValueKind == JsonValueKind.String)
            batch.AddUtf16(column.Kind, value.GetString());
        else
            batch.AddUtf16(value.ValueKind == JsonValueKind.Number ? ValueKind.Decimal : ValueKind.Boolean, value.GetRawText());
    }

    string? Difference(RecordBatch output)
    {
        if (output.Rejects is [var reject])
            return RejectCode is null ? $"It should become {Expected()}, but it is rejected as {reject.Code}: {reject.Message}" : Difference(reject);
        if (output.Filtered == 1)
            return Record is null && RejectCode is null ? null : $"It should become {Expected()}, but the filter leaves it out.";
        using var actual = JsonDocument.Parse(output.Doc(0).ToArray());
        return Record is { } expected ? RecordDifference.Between(expected, actual.RootElement) : $"It should become {Expected()}, but it becomes the record {actual.RootElement.GetRawText()}";
    }

    string? Difference(RecordReject reject)
    {
        if (reject.Code != RejectCode)
            return $"It should be rejected as {RejectCode}, but it is rejected as {reject.Code}: {reject.Message}";
        return RejectField is null || RejectField == reject.Field ? null : $"It should be rejected because of {RejectField}, but it is because of {reject.Field}: {reject.Message}";
    }

    string Expected() => Record is not null ? "a record" : RejectCode is not null ? $"a reject {RejectCode}" : "nothing";
}
