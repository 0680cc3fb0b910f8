using System.Text;
using System.Text.Json;
using CsCheck;
using Exchange.Cli.Documents;

namespace Exchange.Hub.Tests.Cli;

public sealed class JsonLocatorTests
{
    static readonly Gen<string> Name = Gen.OneOfConst("a", "b/c", "d~e", "名称", "with \"quotes\"", "");

    /// <summary>JSON as people write it, each leaf with a number of its own.</summary>
    static Gen<string> Value(int depth) => depth == 0
        ? Gen.Int.Select(number => $"{number}")
        : Gen.OneOf(
            Value(0),
            Value(depth - 1).Array[0, 3].Select(items => $"[ {string.Join(",\n  ", items)}]"),
            Gen.Select(Name, Value(depth - 1)).Array[0, 3].Select(members =>
                $"{{\r\n{string.Join(" ,", members.DistinctBy(member => member.Item1).Select(member => $" {JsonSerializer.Serialize(member.Item1)}:\t{member.Item2}"))} }}"));

    [Test]
    public void Every_value_is_found_where_it_stands() => Value(4).Sample(json =>
    {
        var utf8 = Encoding.UTF8.GetBytes(json);
        using var document = JsonDocument.Parse(utf8);
        var lines = json.Split('\n');
        foreach (var (pointer, raw) in Walk(document.RootElement, ""))
        {
            var (line, column) = JsonLocator.Find(utf8, pointer);
            var rest = string.Join('\n', lines[(line - 1)..])[(column - 1)..];
            Assert.That(rest, Does.StartWith(raw), pointer);
        }
    });

    [Test]
    public void A_pointer_that_leads_nowhere_ends_at_the_last_value_on_its_way() =>
        Assert.That(JsonLocator.Find("{\n \"a\": {\"b\": 1}}"u8, "/a/x/y"), Is.EqualTo((2, 7)));

    static IEnumerable<(string Pointer, string Raw)> Walk(JsonElement element, string pointer)
    {
        yield return (pointer, element.GetRawText());
        var below = element.ValueKind switch
        {
            JsonValueKind.Object => element.EnumerateObject().SelectMany(member => Walk(member.Value, $"{pointer}/{member.Name.Replace("~", "~0").Replace("/", "~1")}")),
            JsonValueKind.Array => element.EnumerateArray().SelectMany((item, i) => Walk(item, $"{pointer}/{i}")),
            _ => [],
        };
        foreach (var found in below)
            yield return found;
    }
}
