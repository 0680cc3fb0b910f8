using System.Globalization;
using System.Text;
using System.Text.Json;
using CsCheck;
using Exchange.Engine.Records;

namespace Exchange.Engine.Tests.Records;

public class CanonicalJsonTests
{
    static string Canonical(string json) => Encoding.UTF8.GetString(CanonicalJson.Of(Encoding.UTF8.GetBytes(json)));

    [Test]
    public void Members_are_sorted_by_utf16_code_units()
    {
        // The example of RFC 8785 section 3.2.3: U+1F600 is a surrogate pair from U+D83D on and so stands before U+FB33.
        var json = """{"\u20ac":1,"\r":2,"\ufb33":3,"1":4,"\ud83d\ude00":5,"\u0080":6,"\u00f6":7}""";
        Assert.That(Canonical(json), Is.EqualTo("{\"\\r\":2,\"1\":4,\"\u0080\":6,\"ö\":7,\"€\":1,\"😀\":5,\"\ufb33\":3}"));
    }

    [Test]
    public void Strings_are_escaped_as_rfc_8785_says() =>
        Assert.That(Canonical("""["\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/\b\f\t\u007f"]"""), Is.EqualTo("[\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\\b\\f\\t\u007f\"]"));

    [TestCase(" { \"b\" : [ 1.50 , true , null ] , \"a\" : { } } ", "{\"a\":{},\"b\":[1.5,true,null]}")]
    [TestCase("-0.0", "0")]
    public void White_space_and_the_writing_of_numbers_do_not_matter(string json, string canonical) => Assert.That(Canonical(json), Is.EqualTo(canonical));

    [TestCase("""{"a":1,"a":2}""", "twice")]
    [TestCase("""{"a":"\ud800"}""", "surrogate")]
    [TestCase("""{"\udc00":1}""", "surrogate")]
    [TestCase("1e5000", "1000 digits")]
    [TestCase("1 2", "after")]
    [TestCase("{", "")]
    public void What_has_no_canonical_form_is_refused_with_a_reason(string json, string reason) =>
        Assert.That(() => Canonical(json), Throws.InstanceOf<JsonException>().With.Message.Contains(reason));

    [Test]
    public void Any_text_survives_and_is_written_as_a_slow_reference_writes_it() => Gen.String.Where(IsText).Sample(text =>
    {
        var output = new JsonBuffer(1);
        output.WriteString(Encoding.UTF8.GetBytes(text));
        var written = Encoding.UTF8.GetString(output.WrittenSpan);
        Assert.That(written, Is.EqualTo(Reference(text)));
        Assert.That(JsonSerializer.Deserialize<string>(written), Is.EqualTo(text));
    });

    [Test]
    public void Canonical_text_is_its_own_canonical_form() => Gen.Dictionary(Gen.String.Where(IsText), Gen.Double.Where(double.IsFinite)).Sample(members =>
    {
        var once = CanonicalJson.Of(JsonSerializer.SerializeToUtf8Bytes(members));
        Assert.That(CanonicalJson.Of(once), Is.EqualTo(once));
    });

    [Test]
    public void Plain_text_is_told_from_other_text_at_any_length_and_place() =>
        Gen.Select(Gen.Int[0, 70], Gen.Int[0, 69], Gen.Byte).Sample((length, place, odd) =>
        {
            var text = Enumerable.Repeat((byte)'a', length).ToArray();
            if (place < length)
                text[place] = odd;
            Assert.That(JsonBuffer.IsPlain(text), Is.EqualTo(text.All(b => b is >= 0x20 and < 0x80 and not ((byte)'"' or (byte)'\\'))));
        });

    /// <summary>False for strings that hold half a surrogate pair.</summary>
    static bool IsText(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)) == text;

    static string Reference(string text) => $"\"{string.Concat(text.Select(c => c switch
    {
        '"' => "\\\"",
        '\\' => "\\\\",
        '\b' => "\\b",
        '\t' => "\\t",
        '\n' => "\\n",
        '\f' => "\\f",
        '\r' => "\\r",
        < ' ' => "\\u" + ((int)c).ToString("x4", CultureInfo.InvariantCulture),
        _ => c.ToString(),
    }))}\"";
}
