using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using Exchange.Engine.Records;

namespace Exchange.Engine.Tests.Records;

public sealed class RecordViewTests
{
    const string Company =
        """{"address":{"city":"上海","street":"Nanjing Road 1"},"capital":-1250.5,"id":"9131","name":"A \"B\" \\ C","partners":[{"id":"1","name":"x"},{"id":"2","name":null}],"registeredOn":"1998-02-03","tags":["a","b"]}""";

    static readonly byte[] Key = [1, 2, 3];

    [TestCase("/id", """{"id":"9131"}""")]
    [TestCase("/name", """{"name":"A \"B\" \\ C"}""")]
    [TestCase("/id /capital", """{"capital":-1250.5,"id":"9131"}""")]
    [TestCase("/address", """{"address":{"city":"上海","street":"Nanjing Road 1"}}""")]
    [TestCase("/address/city", """{"address":{"city":"上海"}}""")]
    [TestCase("/address/none", """{"address":{}}""")]
    [TestCase("/partners/*/name", """{"partners":[{"name":"x"},{"name":null}]}""")]
    [TestCase("/tags/*", """{"tags":["a","b"]}""")]
    [TestCase("/none", "{}")]
    [TestCase("", "{}")]
    public void Only_named_fields_are_shown(string pointers, string expected) =>
        Assert.That(See(Company, pointers), Is.EqualTo(expected));

    [Test]
    public void A_field_named_together_with_fields_beneath_it_shows_only_these() =>
        Assert.That(See(Company, "/address /address/city"), Is.EqualTo("""{"address":{"city":"上海"}}"""));

    [TestCase("/capital/part")]
    [TestCase("/tags/part")]
    [TestCase("/address/*/part")]
    [TestCase("/id/*")]
    public void What_is_not_of_the_shape_that_a_pointer_speaks_of_is_not_shown(string pointer) =>
        Assert.That(See(Company, pointer), Does.Not.Contain("1250").And.Not.Contain("\"a\"").And.Not.Contain("city").And.Not.Contain("9131"));

    [TestCase(FieldMask.Redact, "\"secret\"", "null")]
    [TestCase(FieldMask.Redact, "{\"a\":[1]}", "null")]
    [TestCase(FieldMask.Last4, "\"13912345678\"", "\"****5678\"")]
    [TestCase(FieldMask.Last4, "\"5678\"", "\"****\"")]
    [TestCase(FieldMask.Last4, "\"\"", "\"****\"")]
    [TestCase(FieldMask.Last4, "1234567.5", "\"****67.5\"")]
    [TestCase(FieldMask.Last4, "-12", "\"****\"")]
    [TestCase(FieldMask.Last4, "\"上海市黄浦区\"", "\"****市黄浦区\"")]
    [TestCase(FieldMask.Last4, "\"ab😀😀😀😀\"", "\"****😀😀😀😀\"")]
    [TestCase(FieldMask.Last4, "\"abc\\\"\\\\\\n\"", "\"****c\\\"\\\\\\n\"")]
    [TestCase(FieldMask.Last4, "true", "null")]
    [TestCase(FieldMask.Last4, "[\"13912345678\"]", "null")]
    [TestCase(FieldMask.Last4, "null", "null")]
    [TestCase(FieldMask.Year, "\"1998-02-03\"", "\"1998\"")]
    [TestCase(FieldMask.Year, "\"1998-02-03T04:05:06Z\"", "\"1998\"")]
    [TestCase(FieldMask.Year, "\"1998-0203-9\"", "null")]
    [TestCase(FieldMask.Year, "\"1998-02-0399\"", "null")]
    [TestCase(FieldMask.Year, "\"1998\"", "null")]
    [TestCase(FieldMask.Year, "19980203", "null")]
    [TestCase(FieldMask.Hash, "null", "null")]
    public void A_mask_stands_in_the_place_of_the_value(FieldMask mask, string value, string expected) =>
        Assert.That(See($$"""{"a":{{value}},"b":1}""", "/a", ("/a", mask)), Is.EqualTo($$"""{"a":{{expected}}}"""));

    [TestCase("\"a\\\"b\"", "a\"b")]
    [TestCase("12.5", "12.5")]
    [TestCase("{\"x\":\"\\n\"}", "{\"x\":\"\\n\"}")]
    public void A_hash_is_the_keyed_hash_of_the_text(string value, string text)
    {
        var expected = Convert.ToHexStringLower(HMACSHA256.HashData(Key, Encoding.UTF8.GetBytes(text)));
        Assert.That(See($$"""{"a":{{value}}}""", "/a", ("/a", FieldMask.Hash)), Is.EqualTo($$"""{"a":"{{expected}}"}"""));
    }

    [Test]
    public void Long_texts_with_escapes_are_masked_too() =>
        Assert.That(See($$"""{"a":"{{new string('x', 5000)}}\n1234"}""", "/a", ("/a", FieldMask.Last4)), Is.EqualTo("""{"a":"****1234"}"""));

    [Test]
    public void A_mask_covers_everything_beneath_its_field() =>
        Assert.That(See(Company, "/address /address/city", ("/address", FieldMask.Redact)), Is.EqualTo("""{"address":{"city":null}}"""));

    [Test]
    public void A_mask_inside_a_shown_field_leaves_the_rest_of_it_as_it_is() =>
        Assert.That(See(Company, "/address /partners", ("/address/street", FieldMask.Redact), ("/partners/*/id", FieldMask.Last4)),
            Is.EqualTo("""{"address":{"city":"上海","street":null},"partners":[{"id":"****","name":"x"},{"id":"****","name":null}]}"""));

    [Test]
    public void A_mask_alone_shows_nothing() =>
        Assert.That(See(Company, "/id", ("/name", FieldMask.Last4)), Is.EqualTo("""{"id":"9131"}"""));

    [Test]
    public void It_knows_which_fields_it_shows_as_they_are()
    {
        var view = View("/id /address /partners/*/name", ("/id", FieldMask.Last4), ("/address/street", FieldMask.Redact));
        string[] fields = ["/id", "/address", "/address/city", "/address/street", "/partners", "/partners/*/name", "/partners/*/id", "/name"];
        Assert.That(fields.Where(view.Shows), Is.EquivalentTo(new[] { "/address/city", "/partners/*/name" }));
        Assert.That(fields.Where(view.Includes), Is.EquivalentTo(new[] { "/id", "/address", "/address/city", "/address/street", "/partners", "/partners/*/name" }));
    }

    [Test]
    public void The_whole_view_shows_records_as_they_are()
    {
        var output = new JsonBuffer();
        RecordView.Whole.Write(Encoding.UTF8.GetBytes(Company), output);
        Assert.That(Encoding.UTF8.GetString(output.WrittenSpan), Is.EqualTo(Company));
        Assert.That((RecordView.Whole.IsWhole, RecordView.Whole.Shows("/any"), View("/id").IsWhole), Is.EqualTo((true, true, false)));
    }

    [Test]
    public void What_is_no_pointer_and_a_hash_without_a_key_are_refused()
    {
        Assert.That(() => View("name"), Throws.ArgumentException.With.Message.Contains("/name"));
        Assert.That(() => RecordView.Of(["/a"], new Dictionary<string, FieldMask> { ["/a"] = FieldMask.Hash }, default), Throws.ArgumentException);
    }

    [Test]
    public void It_shows_what_a_naive_walk_over_objects_shows() =>
        Gen.Select(RandomRecords.Record, RandomRecords.Pointers, RandomRecords.Masks).Sample((record, pointers, masks) =>
        {
            var bytes = CanonicalJson.Of(Encoding.UTF8.GetBytes(record.ToJsonString()));
            var output = new JsonBuffer();
            RecordView.Of(pointers, masks, Key).Write(bytes, output);
            var expected = CanonicalJson.Of(Encoding.UTF8.GetBytes((NaiveView.Of(record, pointers, masks, Key) ?? new JsonObject()).ToJsonString()));
            Assert.That(Encoding.UTF8.GetString(output.WrittenSpan), Is.EqualTo(Encoding.UTF8.GetString(expected)));
        }, iter: 3000);

    static string See(string record, string pointers, params (string, FieldMask)[] masks)
    {
        var output = new JsonBuffer();
        View(pointers, masks).Write(Encoding.UTF8.GetBytes(record), output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    static RecordView View(string pointers, params (string Pointer, FieldMask Mask)[] masks) =>
        RecordView.Of(pointers.Split(' ', StringSplitOptions.RemoveEmptyEntries), masks.ToDictionary(m => m.Pointer, m => m.Mask), Key);
}
