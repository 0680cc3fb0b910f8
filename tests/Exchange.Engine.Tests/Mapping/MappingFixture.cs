using System.Text;
using Exchange.Engine.Mapping;
using Exchange.Engine.Records;
using Exchange.Engine.Schemas;
using Exchange.Sdk;

namespace Exchange.Engine.Tests.Mapping;

/// <summary>Short ways to a schema, a mapping and its result.</summary>
static class MappingFixture
{
    public static readonly DateOnly Today = new(2024, 5, 17);

    public static SharedSchema Schema(string properties, string required = "\"id\"", string key = "\"id\"") => SharedSchema.Parse("thing", "1.0", Encoding.UTF8.GetBytes(
        $$"""{ "type": "object", "x-key": [{{key}}], "required": [{{required}}], "additionalProperties": false, "properties": { {{properties}} } }""")).Required();

    public static SourceColumn[] TextColumns(params string[] names) => [.. names.Select(name => new SourceColumn(name, ValueKind.Text))];

    public static MappingDocument Document(string json)
    {
        var parsed = MappingDocument.Parse(Encoding.UTF8.GetBytes(json));
        Assert.That(parsed.Problems, Is.Empty);
        return parsed.Document!;
    }

    public static MappingPlan Plan(string json, SourceColumn[] columns, SharedSchema schema)
    {
        var compiled = MappingCompiler.Compile(Document(json), columns, schema);
        Assert.That(compiled.Problems, Is.Empty);
        return compiled.Plan!;
    }

    /// <summary>A batch of text cells; null is null.</summary>
    public static Batch Rows(int columns, params string?[][] rows)
    {
        var batch = new Batch();
        batch.Clear(columns);
        foreach (var (i, row) in rows.Index())
        {
            foreach (var cell in row)
            {
                if (cell is null)
                    batch.AddNull();
                else
                    batch.AddText(cell);
            }
            batch.EndRow(i + 1);
        }
        return batch;
    }

    public static RecordBatch Map(MappingPlan plan, Batch batch)
    {
        var output = new RecordBatch();
        plan.CreateMapper(42, Today).Map(batch, output);
        return output;
    }

    public static string Record(this RecordBatch batch, int index = 0)
    {
        Assert.That(batch.Rejects.Select(reject => $"{reject.Code} {reject.Message}"), Is.Empty);
        return Encoding.UTF8.GetString(batch.Doc(index));
    }
}
