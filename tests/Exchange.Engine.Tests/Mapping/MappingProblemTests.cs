using System.Text;
using Exchange.Engine.Mapping;
using Exchange.Sdk;
using static Exchange.Engine.Tests.Mapping.MappingFixture;

namespace Exchange.Engine.Tests.Mapping;

/// <summary>Everything that keeps a mapping from running says where, what and what to do.</summary>
public class MappingProblemTests
{
    [TestCase("{", "", "not valid JSON")]
    [TestCase("""{ "fields": {}, "fields": {} }""", "", "not valid JSON")]
    [TestCase("""{ "fields": { "a": { "const": "\ud800" } } }""", "", "half a surrogate pair")]
    [TestCase("""{ "fields": { "a": { "const": "\u0000" } } }""", "", "NUL")]
    [TestCase("[]", "", "Expected is an object")]
    [TestCase("{}", "", "\"fields\" is missing. Write")]
    [TestCase("""{ "fields": [] }""", "/fields", "object of fields")]
    [TestCase("""{ "fields": {}, "filtre": "A" }""", "/filtre", "not known here. Did you mean 'filter'?")]
    [TestCase("""{ "fields": { "a": 5 } }""", "/fields/a", "Write \"COLUMN\", or { \"const\": 5 }")]
    [TestCase("""{ "fields": { "a": {} } }""", "/fields/a", "does not say where its value comes from")]
    [TestCase("""{ "fields": { "a": { "from": "A", "const": 1 } } }""", "/fields/a", "several sources: from, const")]
    [TestCase("""{ "fields": { "a": { "from": "A", "prase": "date" } } }""", "/fields/a/prase", "Did you mean 'parse'?")]
    [TestCase("""{ "fields": { "a": { "const": 1, "trim": true } } }""", "/fields/a/trim", "not known here")]
    [TestCase("""{ "fields": { "a": { "from": "A", "parse": "dat" } } }""", "/fields/a/parse", "Did you mean 'date'?")]
    [TestCase("""{ "fields": { "a": { "from": "A", "parse": { "format": "yyyy" } } } }""", "/fields/a/parse", "\"as\" is missing")]
    [TestCase("""{ "fields": { "a": { "from": "A", "parse": { "as": "decimal", "impliedDecimals": 99 } } } }""", "/fields/a/parse/impliedDecimals", "from 1 to 38")]
    [TestCase("""{ "fields": { "a": { "from": "A", "case": "Upper" } } }""", "/fields/a/case", "Did you mean 'upper'?")]
    [TestCase("""{ "fields": { "a": { "from": "A", "trim": "yes" } } }""", "/fields/a/trim", "true or false")]
    [TestCase("""{ "fields": { "a": { "from": "A", "empty": 0 } } }""", "/fields/a/empty", "list of texts")]
    [TestCase("""{ "fields": { "a": { "from": "A", "split": "" } } }""", "/fields/a/split", "separator is missing")]
    [TestCase("""{ "fields": { "a": { "from": "A", "pad": { "left": 3, "right": 3 } } } }""", "/fields/a/pad", "not clear how to pad")]
    [TestCase("""{ "fields": { "a": { "from": "A", "pad": { "left": 3, "with": "ab" } } } }""", "/fields/a/pad", "with one character")]
    [TestCase("""{ "fields": { "a": { "from": "A", "replace": { "with": "b" } } } }""", "/fields/a/replace", "\"pattern\" is missing")]
    [TestCase("""{ "fields": { "a": { "from": "A", "replace": { "pattern": "(" } } } }""", "/fields/a/replace/pattern", "no regular expression")]
    [TestCase("""{ "fields": { "a": { "from": "A", "replace": { "pattern": "(a)\\1" } } } }""", "/fields/a/replace/pattern", "needs backtracking")]
    [TestCase("""{ "fields": { "a": { "from": "A", "lookup": { "table": "t", "miss": "ignore" } } } }""", "/fields/a/lookup/miss", "There are: keep, null, reject")]
    [TestCase("""{ "fields": { "a": { "coalesce": [] } } }""", "/fields/a/coalesce", "list of rules")]
    [TestCase("""{ "fields": { "a": { "template": "{A" } } }""", "/fields/a/template", "has no partner")]
    [TestCase("""{ "fields": { "a": { "template": "a" } } }""", "/fields/a/template", "names no column")]
    [TestCase("""{ "fields": { "a": { "when": "A = 1" } } }""", "/fields/a", "\"then\" is missing")]
    [TestCase("""{ "fields": { "a": { "reject": "Not Good" } } }""", "/fields/a/reject", "no reject code")]
    [TestCase("""{ "fields": { "a": { "expr": 5 } } }""", "/fields/a/expr", "Expected is an expression")]
    [TestCase("""{ "fields": {}, "tables": { "t": { "a": {} } } }""", "/tables/t/a", "code table holds texts")]
    [TestCase("""{ "fields": {}, "reject": [{ "when": "A = 1" }] }""", "/reject/0", "\"code\" is missing")]
    [TestCase("""{ "fields": {}, "reject": {} }""", "/reject", "Expected is a list")]
    [TestCase("""{ "fields": {}, "key": 1 }""", "/key", "list of texts")]
    public void A_document_that_cannot_be_read_says_why(string json, string pointer, string words)
    {
        var parsed = MappingDocument.Parse(Encoding.UTF8.GetBytes(json));
        Assert.That(parsed.Document, Is.Null);
        Assert.That(parsed.Problems.Where(problem => problem.Pointer == pointer).Select(problem => $"{problem.Message} {problem.Fix}"), Has.Some.Contains(words));
    }

    [TestCase("A = ", "a column, a value or a function, but the expression ends")]
    [TestCase("A B", "there stands 'B'")]
    [TestCase("(A", "')'")]
    [TestCase("'A", "opened and not closed")]
    [TestCase("[A", "opened and not closed")]
    [TestCase("1 / 2", "divide(a, b, 2)")]
    [TestCase("A is B", "null")]
    [TestCase("A not B", "Expected is in")]
    [TestCase("A in ()", "nothing to choose from")]
    [TestCase("NAEM = 'x'", "Did you mean 'NAME'?")]
    [TestCase("upper = 'x'", "Call the function as upper(text)")]
    [TestCase("uper(A)", "Did you mean 'upper'?")]
    [TestCase("upper(A, A)", "is given 2 values. At")]
    [TestCase("A + 1", "'+' takes number and is given text")]
    [TestCase("A + 1", "Turn the text into a number with number(…)")]
    [TestCase("A = 1", "compares text with integer")]
    [TestCase("A < today()", "Turn the text into a date")]
    [TestCase("year(A)", "Turn the text into a date with date(…)")]
    [TestCase("A and true", "A condition takes boolean")]
    [TestCase("'n: ' & length(A)", "Turn the value into text")]
    [TestCase("matches(A, A)", "must be written out")]
    [TestCase("matches(A, '(')", "no regular expression")]
    [TestCase("date(A, 'yyyy')", "names no year, month and day")]
    [TestCase("lookup('nope', A)", "no table 'nope'")]
    [TestCase("reject('Bad')", "no reject code")]
    public void A_wrong_expression_is_explained(string expression, string words)
    {
        var json = $$"""{ "fields": { "id": "A", "x": { "expr": {{System.Text.Json.JsonSerializer.Serialize(expression)}} } } }""";
        Assert.That(Problems(json, "\"x\": {}"), Has.Some.Matches<MappingProblem>(problem => problem!.Pointer == "/fields/x/expr" && $"{problem.Message} {problem.Fix}".Contains(words, StringComparison.Ordinal)));
    }

    [Test]
    public void An_expression_that_is_too_long_or_too_deep_is_refused()
    {
        Assert.That(Problems($$"""{ "fields": { "id": "A", "x": { "expr": "{{new string('1', 5000)}}" } } }""", "\"x\": {}").Single().Message, Does.Contain("longer than 4096"));
        Assert.That(Problems($$"""{ "fields": { "id": "A", "x": { "expr": "{{new string('(', 2000)}}" } } }""", "\"x\": {}").Single().Message, Does.Contain("nested more than 64 deep"));
    }

    [TestCase("\"NAEM\"", "{}", "/fields/x", "The source has no column 'NAEM'. Did you mean 'NAME'?")]
    [TestCase("\"NOTHING LIKE IT\"", "{}", "/fields/x", "There are: A, I, N, NAME.")]
    [TestCase("\"A\"", "{ \"type\": \"integer\" }", "/fields/x", "wants integer here and the rule gives text. Add \"parse\": \"integer\"")]
    [TestCase("\"A\"", "{ \"type\": [\"number\", \"null\"] }", "/fields/x", "Add \"parse\": \"decimal\"")]
    [TestCase("\"A\"", "{ \"type\": \"boolean\" }", "/fields/x", "\"as\": \"boolean\"")]
    [TestCase("\"N\"", "{ \"type\": \"string\" }", "/fields/x", "Add \"parse\": \"text\"")]
    [TestCase("\"A\"", "{ \"type\": \"object\" }", "/fields/x", "Use \"object\", \"array\" or \"split\"")]
    [TestCase("{ \"object\": {} }", "{ \"type\": \"string\" }", "/fields/x/object", "gives an object")]
    [TestCase("{ \"array\": [\"A\"] }", "{ \"type\": \"string\" }", "/fields/x/array", "gives an array. Use a rule that gives a single value.")]
    [TestCase("{ \"array\": [\"A\"] }", "{ \"type\": \"object\" }", "/fields/x/array", "gives an array. Use \"object\".")]
    [TestCase("{ \"object\": {} }", "{ \"type\": \"array\" }", "/fields/x/object", "gives an object. Use \"array\" or \"split\".")]
    [TestCase("{ \"from\": \"A\", \"split\": \";\" }", "{ \"type\": \"string\" }", "/fields/x", "gives an array")]
    [TestCase("{ \"from\": { \"array\": [\"A\"] }, \"trim\": true }", "{}", "/fields/x/from/array", "An array cannot stand where a single value is needed")]
    [TestCase("{ \"const\": \"zz\" }", "{ \"enum\": [\"a\", \"b\"] }", "/fields/x/const", "does not admit the fixed value")]
    [TestCase("{ \"const\": {} }", "{ \"type\": \"string\" }", "/fields/x/const", "gives an object")]
    [TestCase("{ \"from\": \"A\", \"default\": 5 }", "{ \"type\": \"string\" }", "/fields/x/default", "'5' is integer where the schema wants string")]
    [TestCase("{ \"from\": \"A\", \"lookup\": \"nope\" }", "{}", "/fields/x/lookup", "no table 'nope'. Did you mean")]
    [TestCase("{ \"from\": \"A\", \"lookup\": \"none\" }", "{ \"type\": \"string\", \"maxLength\": 2 }", "/tables/none/a", "does not admit what the table holds for 'a'")]
    [TestCase("{ \"from\": \"A\", \"parse\": { \"as\": \"date\", \"format\": \"yyyy-QQ\" } }", "{}", "/fields/x/parse", "'QQ' in the format")]
    [TestCase("{ \"from\": \"A\", \"parse\": { \"as\": \"date\", \"format\": \"yyyy-MM\" } }", "{}", "/fields/x/parse", "names no year, month and day")]
    [TestCase("{ \"from\": \"A\", \"parse\": { \"as\": \"time\", \"format\": \"HH\" } }", "{}", "/fields/x/parse", "names no hour and minute")]
    [TestCase("{ \"from\": \"A\", \"parse\": { \"as\": \"date\", \"format\": \"'yyyy\" } }", "{}", "/fields/x/parse", "opens a quote")]
    [TestCase("{ \"from\": \"A\", \"parse\": { \"as\": \"instant\", \"format\": \"yyyy-MM-dd\" } }", "{}", "/fields/x/parse", "no instant without a time zone")]
    [TestCase("{ \"from\": \"I\", \"parse\": \"date\" }", "{}", "/fields/x/parse", "only in a time zone")]
    [TestCase("{ \"from\": \"A\", \"parse\": { \"as\": \"instant\", \"timeZone\": \"Mars/Base\" } }", "{}", "/fields/x/parse", "no time zone 'Mars/Base'")]
    [TestCase("{ \"from\": \"A\", \"parse\": { \"as\": \"decimal\", \"culture\": \"xx-YY-zz\" } }", "{}", "/fields/x/parse", "no culture 'xx-YY-zz'")]
    [TestCase("{ \"from\": \"A\", \"parse\": { \"as\": \"decimal\", \"decimal\": \",\", \"group\": \",\" } }", "{}", "/fields/x/parse", "different signs")]
    [TestCase("{ \"from\": \"I\", \"parse\": \"decimal\" }", "{}", "/fields/x/parse", "instant cannot be read as number")]
    public void A_mapping_that_does_not_fit_says_what_to_do(string rule, string property, string pointer, string words)
    {
        var json = $$"""{ "tables": { "none": { "a": "long" } }, "fields": { "id": "A", "x": {{rule}} } }""";
        Assert.That(Problems(json, $"\"x\": {property}"), Has.Some.Matches<MappingProblem>(problem => problem!.Pointer == pointer && $"{problem.Message} {problem.Fix}".Contains(words, StringComparison.Ordinal)));
    }

    [Test]
    public void A_field_that_the_schema_does_not_have_is_a_problem_that_names_the_field()
    {
        var problem = Problems("""{ "fields": { "id": "A", "nmae": "NAME" } }""", "\"name\": {}").Single();
        Assert.That((problem.Pointer, problem.Field), Is.EqualTo(("/fields/nmae", "/nmae")));
        Assert.That(problem.ToString(), Is.EqualTo("/fields/nmae: The schema has no field 'nmae' here. Did you mean 'name'?"));
    }

    [Test]
    public void A_required_field_that_is_not_mapped_is_a_problem_at_any_depth()
    {
        var problems = Problems("""{ "fields": { "a": { "object": {} } } }""", """ "a": { "$ref": "#/$defs/a" } }, "$defs": { "a": { "type": "object", "required": ["name"], "properties": { "name": {} } } """);
        Assert.That(problems.Select(problem => problem.Field), Is.EquivalentTo(new[] { "/id", "/a/name", "/id" }));
        Assert.That(problems.Single(problem => problem.Field == "/a/name").Fix, Does.StartWith("Add \"name\": \"NAME\""));
    }

    [Test]
    public void A_key_that_is_not_mapped_is_a_problem() =>
        Assert.That(Problems("""{ "key": "nr", "fields": { "id": "A" } }""", "\"nr\": {}").Single(), Is.EqualTo(
            new MappingProblem("/key", "/nr", "The key field 'nr' is not mapped.", "Add \"nr\" to \"fields\". There are: id.")));

    [Test]
    public void Every_problem_is_told_at_once() =>
        Assert.That(Problems("""{ "filter": "X = 1", "fields": { "id": "Y", "x": "Z" } }""", "\"x\": {}").Select(problem => problem.Pointer), Is.EqualTo(new[] { "/fields/id", "/fields/x", "/filter" }));

    static IReadOnlyList<MappingProblem> Problems(string json, string properties)
    {
        var columns = TextColumns("A", "NAME").Concat([new SourceColumn("N", ValueKind.Integer), new SourceColumn("I", ValueKind.Instant)]).ToArray();
        var parsed = MappingDocument.Parse(Encoding.UTF8.GetBytes(json));
        if (parsed.Document is null)
            return parsed.Problems;
        var compiled = MappingCompiler.Compile(parsed.Document, columns, Schema($"\"id\": {{ \"type\": \"string\" }}, {properties}"));
        Assert.That(compiled.Plan, Is.Null);
        return compiled.Problems;
    }
}
