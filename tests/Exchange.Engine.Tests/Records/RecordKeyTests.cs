using System.Text;
using CsCheck;
using Exchange.Engine.Records;

namespace Exchange.Engine.Tests.Records;

public class RecordKeyTests
{
    [Test]
    public void A_single_part_is_the_key_itself() => Assert.That(RecordKey.Join("a|b~c"), Is.EqualTo("a|b~c"));

    [Test]
    public void Parts_are_joined_so_that_they_cannot_be_mistaken_for_each_other() =>
        Assert.That(RecordKey.Join("a|b", "~", ""), Is.EqualTo("a~1b|~0|"));

    [Test]
    public void Every_key_reads_back() => Gen.String.Array[1, 5].Sample(parts =>
        Assert.That(RecordKey.Split(RecordKey.Join(parts), parts.Length), Is.EqualTo(parts)));

    [Test]
    public void Different_parts_make_different_keys() => Gen.Select(Gen.String["ab|~01"].Array[3], Gen.String["ab|~01"].Array[3]).Sample((a, b) =>
        Assert.That(RecordKey.Join(a) == RecordKey.Join(b), Is.EqualTo(a.SequenceEqual(b))));

    [Test]
    public void Bytes_are_escaped_as_text_is() => Gen.String["ab|~é"].Sample(part =>
    {
        var output = new JsonBuffer(1);
        RecordKey.WritePart(Encoding.UTF8.GetBytes(part), output);
        Assert.That(Encoding.UTF8.GetString(output.WrittenSpan) + "|", Is.EqualTo(RecordKey.Join(part, "")));
    });

    [Test]
    public void A_key_of_another_number_of_parts_is_refused() =>
        Assert.That(() => RecordKey.Split("a|b|c", 2), Throws.TypeOf<FormatException>().With.Message.Contains("3 parts where 2 are expected"));

    [Test]
    public void A_key_is_neither_empty_nor_longer_than_its_limit()
    {
        Assert.That(RecordKey.IsValid(""), Is.False);
        Assert.That(RecordKey.IsValid(new string('é', RecordKey.ByteLimit / 2)), Is.True);
        Assert.That(RecordKey.IsValid(new string('é', (RecordKey.ByteLimit / 2) + 1)), Is.False);
    }
}
