using System.Text.Json.Nodes;
using CsCheck;
using Exchange.Engine.Records;

namespace Exchange.Engine.Tests.Records;

/// <summary>Records, pointers and masks over few names, so that they meet often.</summary>
static class RandomRecords
{
    static readonly string[] Names = ["a", "b", "ab", "*", "q\"\\", "s/~", "\u0001", "中", "\uE000", "😀"];

    static readonly Gen<string> Name = Gen.OneOfConst(Names);

    static readonly Gen<JsonNode?> Scalar = Gen.OneOf(
        Gen.OneOfConst<string>("", "1998-02-03", "1998-02-03T04:05:06Z", "13912345678", "\"", "a\\b\"c\n{}[],:", "上海市黄浦区", "😀😀😀😀😀", "1234").Select(text => (JsonNode?)JsonValue.Create(text)),
        Gen.Int[-100000, 100000].Select(number => (JsonNode?)JsonValue.Create(number)),
        Gen.Bool.Select(truth => (JsonNode?)JsonValue.Create(truth)),
        Gen.Const(() => (JsonNode?)null));

    public static Gen<JsonNode> Record => Object(3);

    public static Gen<string[]> Pointers => Pointer.Array[0, 6];

    public static Gen<Dictionary<string, FieldMask>> Masks =>
        Gen.Select(Pointer, Gen.Enum<FieldMask>()).Array[0, 3].Select(masks => masks.DistinctBy(m => m.Item1).ToDictionary(m => m.Item1, m => m.Item2));

    static Gen<string> Pointer => Name.Select(name => "/" + name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)).Array[1, 3].Select(string.Concat);

    static Gen<JsonNode> Object(int depth) =>
        Gen.Select(Name, Value(depth)).Array[0, 5].Select(members => (JsonNode)new JsonObject(members.DistinctBy(m => m.Item1).Select(m => KeyValuePair.Create(m.Item1, m.Item2?.DeepClone()))));

    static Gen<JsonNode?> Value(int depth) => depth == 0
        ? Scalar
        : Gen.Frequency(
            (2, Scalar),
            (2, Object(depth - 1).Select(node => (JsonNode?)node)),
            (1, Value(depth - 1).Array[0, 3].Select(items => (JsonNode?)new JsonArray([.. items.Select(item => item?.DeepClone())]))));
}
