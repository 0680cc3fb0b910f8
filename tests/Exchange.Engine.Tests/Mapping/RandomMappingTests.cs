using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using Exchange.Engine.Mapping;
using Exchange.Engine.Records;
using Exchange.Sdk;
using static Exchange.Engine.Tests.Mapping.MappingFixture;

namespace Exchange.Engine.Tests.Mapping;

public class RandomMappingTests
{
    [Test]
    public void Random_mappings_of_random_rows_give_what_the_slow_reference_gives() =>
        Gen.Select(ReferenceMapping.Rules(2).Array[1, 4], ReferenceMapping.Rows.Array[1, 8]).Sample((rules, rows) =>
        {
            var plan = Plan(ReferenceMapping.Document(rules), TextColumns("A", "B", "C", "D"), Schema(ReferenceMapping.Schema(rules)));
            Assert.That(plan.IsFused, Is.EqualTo(rules.All(rule => rule.IsScalar)));
            var output = Map(plan, Rows(4, rows));
            Assert.That(Outcomes(output, rows.Length), Is.EqualTo(rows.Select(row => Expected(rules, row))), ReferenceMapping.Document(rules));
        }, iter: 2000);

    static string Expected(ReferenceRule[] rules, string?[] row)
    {
        try
        {
            var record = ReferenceMapping.Members(rules, row) ?? [];
            record["id"] = "1";
            return Encoding.UTF8.GetString(CanonicalJson.Of(Encoding.UTF8.GetBytes(ReferenceMapping.Write(record))));
        }
        catch (ReferenceReject reject)
        {
            return reject.Code;
        }
    }

    /// <summary>For each row its record or the code of its reject.</summary>
    static string[] Outcomes(RecordBatch output, int rows)
    {
        var outcomes = new string[rows];
        for (var i = 0; i < output.Count; i++)
            outcomes[output.SourceRow(i)] = Encoding.UTF8.GetString(output.Doc(i));
        foreach (var reject in output.Rejects)
            outcomes[reject.Position.Row - 1] = reject.Code;
        return outcomes;
    }

    [Test]
    public void Any_document_is_read_or_explained() => Gen.OneOf(Gen.Byte.Array[0, 60], Gen.String["{}[]\":,afieldscontx01 \\u"].Select(Encoding.UTF8.GetBytes)).Sample(bytes =>
    {
        var parsed = MappingDocument.Parse(bytes);
        Assert.That(parsed.Document is null, Is.EqualTo(parsed.Problems.Count > 0));
    });

    [Test]
    public void Any_expression_is_compiled_or_explained() => Gen.OneOfConst(
        "A", "[B", "B]", "'", "x", "(", ")", "1", "2.5", "+", "-", "*", "=", "<", "and", "or", "not", "in", "is", "null", ",", "upper", "if", "today", "&", "date", "中").Array[1, 12].Sample(tokens =>
    {
        var json = new JsonObject { ["fields"] = new JsonObject { ["id"] = "A", ["x"] = new JsonObject { ["expr"] = string.Join(' ', tokens) } } };
        var parsed = MappingDocument.Parse(Encoding.UTF8.GetBytes(json.ToJsonString()));
        if (parsed.Document is null)
            return;
        var compiled = MappingCompiler.Compile(parsed.Document, TextColumns("A", "B"), Schema("\"id\": { \"type\": \"string\" }, \"x\": {}"));
        Assert.That(compiled.Plan is null, Is.EqualTo(compiled.Problems.Count > 0));
        if (compiled.Plan is { } plan)
            Assert.That(Map(plan, Rows(2, ["a", "b"])).Read, Is.EqualTo(1));
    });
}
