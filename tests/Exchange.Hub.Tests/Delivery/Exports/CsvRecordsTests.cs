using System.Text;
using Exchange.Hub.Delivery.Exports;

namespace Exchange.Hub.Tests.Delivery.Exports;

public sealed class CsvRecordsTests
{
    static readonly ExportColumn[] Columns =
    [
        new("id", "/id"), new("name", "/name"), new("capital", "/capital"), new("active", "/active"), new("address.city", "/address/city"), new("tags", "/tags"),
    ];

    [Test]
    public async Task Fields_stand_in_the_order_of_the_columns_whatever_their_order_in_the_record() => Assert.That(
        await WriteAsync("""{"tags":["a","b"],"name":"上海","address":{"street":"x","city":"浦东"},"active":true,"id":"1","capital":12.50,"other":1}"""),
        Is.EqualTo("1,上海,12.50,true,浦东,\"[\"\"a\"\",\"\"b\"\"]\""));

    [Test]
    public async Task Null_and_missing_are_empty() => Assert.That(await WriteAsync("""{"id":"1","name":null}"""), Is.EqualTo("1,,,,,"));

    [Test]
    public async Task Separators_quotes_and_line_breaks_are_quoted() => Assert.That(
        await WriteAsync("""{"id":"a,b","name":"say \"hi\"\r\nnow"}"""), Is.EqualTo("\"a,b\",\"say \"\"hi\"\"\r\nnow\",,,,"));

    [TestCase("=1+1")]
    [TestCase("+41")]
    [TestCase("-1+cmd|' /C calc'!A0")]
    [TestCase("@SUM(A1)")]
    [TestCase("\\tx")]
    public async Task Text_that_a_spreadsheet_would_run_gets_an_apostrophe(string text) => Assert.That(
        await WriteAsync($$"""{"id":"{{text}}"}"""), Does.StartWith("\"'" + text.Replace("\\t", "\t")));

    [TestCase("-12.50")]
    [TestCase("-0.001")]
    [TestCase("-123456789012345678901234567")]
    [TestCase("12345678901234567890123456789012345678901234567890.5")]
    [TestCase("1e400")]
    public async Task Numbers_stay_numbers_and_exact(string number) => Assert.That(
        await WriteAsync($$"""{"capital":{{number}}}"""), Is.EqualTo($",,{number},,,"));

    [Test]
    public async Task A_negative_number_too_long_to_be_told_from_a_formula_is_marked_as_text() => Assert.That(
        await WriteAsync("""{"capital":-1e400}"""), Is.EqualTo(",,\"'-1e400\",,,"));

    [Test]
    public async Task Escapes_of_JSON_are_undone() => Assert.That(await WriteAsync("""{"id":"\u4e0a\u6d77 \/ \\"}"""), Is.EqualTo(@"上海 / \,,,,,"));

    static async Task<string> WriteAsync(string document)
    {
        var bytes = new MemoryStream();
        await using (var csv = new CsvRecords(bytes, Columns))
        {
            await csv.WriteHeaderAsync(CancellationToken.None);
            await csv.WriteAsync(Encoding.UTF8.GetBytes(document), CancellationToken.None);
            await csv.FlushAsync(CancellationToken.None);
        }
        var text = Encoding.UTF8.GetString(bytes.ToArray());
        Assert.That(text, Does.StartWith("id,name,capital,active,address.city,tags\r\n").And.EndsWith("\r\n"));
        return text[(text.IndexOf('\n', StringComparison.Ordinal) + 1)..^2];
    }
}
