using System.Text;
using Exchange.Engine.Mapping;
using static Exchange.Engine.Tests.Mapping.MappingFixture;

namespace Exchange.Engine.Tests.Mapping;

public class MappingTestTests
{
    const string Mapping = """{ "filter": "KIND = 'a'", "fields": { "id": "ID", "n": { "from": "N", "parse": "decimal" } } }""";

    [TestCase("\"record\": { \"n\": 1.50, \"id\": \"1\" }", null)]
    [TestCase("\"record\": { \"id\": \"1\", \"n\": 2, \"m\": [1] }", "/m/0: expected 1, got nothing\n/n: expected 2, got 1.5")]
    [TestCase("\"reject\": \"lookup-miss\"", "It should become a reject lookup-miss, but it becomes the record {\"id\":\"1\",\"n\":1.5}")]
    [TestCase("\"filtered\": true", "It should become nothing, but it becomes the record {\"id\":\"1\",\"n\":1.5}")]
    public void A_difference_is_told_value_by_value(string expected, string? difference) =>
        Assert.That(Difference("""{ "ID": "1", "N": "1.5", "KIND": "a" }""", expected), Is.EqualTo(difference));

    [TestCase("\"reject\": \"invalid-decimal\"", null)]
    [TestCase("\"reject\": { \"code\": \"invalid-decimal\", \"field\": \"/n\" }", null)]
    [TestCase("\"reject\": { \"code\": \"invalid-decimal\", \"field\": \"/id\" }", "It should be rejected because of /id, but it is because of /n: /n: 'x' is no decimal number.")]
    [TestCase("\"reject\": \"other\"", "It should be rejected as other, but it is rejected as invalid-decimal: /n: 'x' is no decimal number.")]
    [TestCase("\"record\": {}", "It should become a record, but it is rejected as invalid-decimal: /n: 'x' is no decimal number.")]
    public void A_reject_is_compared_by_code_and_field(string expected, string? difference) =>
        Assert.That(Difference("""{ "ID": "1", "N": "x", "KIND": "a" }""", expected), Is.EqualTo(difference));

    [TestCase("\"filtered\": true", null)]
    [TestCase("\"record\": {}", "It should become a record, but the filter leaves it out.")]
    public void A_filtered_row_is_told(string expected, string? difference) =>
        Assert.That(Difference("""{ "ID": "1", "N": "1", "KIND": "b" }""", expected), Is.EqualTo(difference));

    [TestCase("{", "not valid JSON")]
    [TestCase("{}", "\"cases\" is missing")]
    [TestCase("""{ "cases": [{ "row": {} }] }""", "says what must become of it")]
    [TestCase("""{ "cases": [{ "row": {}, "record": {}, "reject": "x" }] }""", "says what must become of it")]
    [TestCase("""{ "cases": [{ "row": {}, "recrod": {} }] }""", "Did you mean 'record'?")]
    [TestCase("""{ "today": "soon", "cases": [] }""", "no date")]
    [TestCase("""{ "columns": { "A": "number" }, "cases": [] }""", "not known here")]
    public void A_wrong_test_document_says_why(string json, string words) =>
        Assert.That(MappingTest.Parse(Encoding.UTF8.GetBytes(json)).Problems.Select(problem => problem.ToString()), Has.Some.Contains(words));

    [Test]
    public void A_mapping_that_does_not_fit_the_columns_of_the_test_is_a_problem_and_no_pass()
    {
        var report = Run("""{ "ID": "1" }""", "\"record\": {}");
        Assert.That(report.Passed, Is.False);
        Assert.That(report.Problems.Select(problem => problem.Message), Has.Some.Contains("no column 'N'"));
    }

    static string? Difference(string row, string expected)
    {
        var report = Run(row, expected);
        Assert.That(report.Passed, Is.EqualTo(report.Results.Single().Difference is null));
        return report.Results.Single().Difference;
    }

    static MappingTestReport Run(string row, string expected)
    {
        var test = MappingTest.Parse(Encoding.UTF8.GetBytes($$"""{ "cases": [{ "row": {{row}}, {{expected}} }] }"""));
        Assert.That(test.Problems, Is.Empty);
        return test.Test!.Run(Document(Mapping), Schema("\"id\": { \"type\": \"string\" }, \"n\": { \"type\": \"number\" }"));
    }
}
