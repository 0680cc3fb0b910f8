using System.Text;
using Exchange.Sdk;

namespace Exchange.Connectors.Tests;

public sealed class CsvEncodingTests
{
    // GB 18030-2005 and -2022, as glibc's iconv maps them.
    const string Assigned = "A6D9=FE10 A6DA=FE12 A6DB=FE11 A6DC=FE13 A6DD=FE14 A6DE=FE15 A6DF=FE16 A6EC=FE17 A6ED=FE18 A6F3=FE19 A8BC=1E3F "
        + "FE59=9FB4 FE61=9FB5 FE66=9FB6 FE67=9FB7 FE6D=9FB8 FE7E=9FB9 FE90=9FBA FEA0=9FBB FE51=20087 FE52=20089 FE53=200CC FE6C=215D7 FE76=2298F FE91=241FE";

    [Test]
    public async Task Gb18030_gives_the_characters_that_its_later_editions_assign()
    {
        var pairs = Assigned.Split(' ').Select(pair => pair.Split('=')).ToList();
        byte[] bytes = [.. "glyph\n"u8, .. pairs.SelectMany(pair => (byte[])[.. Convert.FromHexString(pair[0]), (byte)'\n'])];
        var reading = await Reading.OfAsync(new MemoryStore().Add("g.csv", () => new MemoryStream(bytes)).Csv("""{ "encoding": "gb18030" }"""), new ReadRequest(FileConnector.StreamName));
        var expected = pairs.Select(pair => char.ConvertFromUtf32(Convert.ToInt32(pair[1], 16)));
        Assert.That(reading.Lines.Select(line => System.Text.Json.JsonDocument.Parse(line).RootElement[0].GetString()), Is.EqualTo(expected));
    }

    [Test]
    public async Task Every_character_of_every_single_byte_code_page_reads_as_the_framework_says([Values("windows-1250", "windows-1251", "windows-1252", "windows-1253", "windows-1254", "windows-1257", "iso-8859-2", "iso-8859-15", "koi8-r", "macintosh", "ibm850")] string name)
    {
        var encoding = CodePagesEncodingProvider.Instance.GetEncoding(name) ?? Encoding.GetEncoding(name);
        var usable = Enumerable.Range(0x80, 0x80).Select(code => (byte)code).Where(code => encoding.GetString([code])[0] is not (>= '\uF8F0' and <= '\uF8FE')).ToArray();
        byte[] bytes = [.. "c\n"u8, .. usable.SelectMany(code => (byte[])[code, (byte)'\n'])];
        var reading = await Reading.OfAsync(new MemoryStore().Add("f.csv", () => new MemoryStream(bytes)).Csv($$"""{ "encoding": "{{name}}" }"""), new ReadRequest(FileConnector.StreamName));
        var read = reading.Lines.Where(line => line[0] == '[').Select(line => System.Text.Json.JsonDocument.Parse(line).RootElement[0].GetString());
        Assert.That(read, Is.EqualTo(usable.Select(code => encoding.GetString([code]))));
    }
}
