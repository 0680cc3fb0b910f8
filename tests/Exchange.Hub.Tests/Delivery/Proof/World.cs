using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using Exchange.Engine.Records;
using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Sharing;

namespace Exchange.Hub.Tests.Delivery.Proof;

/// <summary>What is done to a grant between two publications.</summary>
enum GrantDeed
{
    Nothing,
    Prolong,
    Narrow,
    Replace,
    SuspendAndResume,
}

/// <summary>Publications of a random dataset, and the grants that a consumer has meanwhile.</summary>
/// <param name="Publications">Key and record of what changes; null deletes.</param>
/// <param name="Terms">The consumer's terms.</param>
/// <param name="Others">Terms of the grant that replaces it.</param>
/// <param name="Deeds">What is done before each publication.</param>
sealed record World(KeyValuePair<string, string?>[][] Publications, Terms Terms, Terms Others, GrantDeed[] Deeds)
{
    public const string SchemaName = "proof/1.0";

    public const string Schema = """
        {"$schema":"https://json-schema.org/draft/2020-12/schema","title":"Proof","type":"object","x-key":["id"],"required":["id"],"x-classification":"personal",
         "properties":{"id":{"type":"string"},"name":{"type":["string","null"]},"district":{"type":"string"},"amount":{"type":["number","null"]},
          "born":{"type":["string","null"],"format":"date"},"active":{"type":"boolean"},"note":{"type":"string"},"a/b":{"type":"string"},
          "address":{"type":"object","properties":{"street":{"type":"string"},"city":{"type":["string","null"]},"geo":{"type":"object","properties":{"lat":{"type":"number"}}}}},
          "partners":{"type":"array","items":{"type":"object","properties":{"name":{"type":"string"},"share":{"type":"number"},"seat":{"type":"object","properties":{"city":{"type":"string"}}}}}},
          "tags":{"type":"array","items":{"type":"string"}},"extra":{"type":"object"}}}
        """;

    /// <summary>Pointers of the fields beside the key.</summary>
    public static readonly string[] Fields =
    [
        "/name", "/district", "/amount", "/born", "/active", "/note", "/a~1b", "/address", "/address/street", "/address/city", "/address/geo", "/address/geo/lat",
        "/partners", "/partners/*/name", "/partners/*/share", "/partners/*/seat", "/partners/*/seat/city", "/tags", "/extra",
    ];

    /// <summary>The columns that CSV may have, in the order of the schema, and their pointers.</summary>
    public static readonly (string Name, string Pointer)[] Columns =
    [
        ("id", "/id"), ("name", "/name"), ("district", "/district"), ("amount", "/amount"), ("born", "/born"), ("active", "/active"), ("note", "/note"), ("a/b", "/a~1b"),
        ("address.street", "/address/street"), ("address.city", "/address/city"), ("address.geo.lat", "/address/geo/lat"), ("partners", "/partners"), ("tags", "/tags"), ("extra", "/extra"),
    ];

    /// <summary>The fields that are declared filterable.</summary>
    public static readonly (string Pointer, FilterType Type)[] Filters =
        [("/district", FilterType.Text), ("/amount", FilterType.Numeric), ("/born", FilterType.Date), ("/active", FilterType.Bool), ("/address/city", FilterType.Text)];

    /// <summary>Every key that may be.</summary>
    public static readonly string[] Keys = [.. Enumerable.Range(0, 10).Select(i => $"{"aZ限|~/\"é%+"[i]}{i:00}")];

    static readonly Gen<string> Word = Gen.OneOfConst("", "a", "four", "=1+1", "-7", "Müller", "限公司 北京", "line\nbreak", "q\"uo\\te", "1980-02-29", "2001-12-31T08:00:00Z", "🙂🙃🙂🙃🙂", "1980-02-29 or so");

    static readonly Gen<string> District = Gen.OneOfConst("north", "south", "é", "it's");

    static readonly Gen<string> Date = Gen.OneOfConst("1979-12-31", "1980-02-29", "2001-01-01");

    static readonly Gen<string> Number = Gen.OneOfConst("0", "-1", "12.5", "1000", "123456.789");

    /// <summary>A member that may be absent or null.</summary>
    static Gen<JsonNode?[]> Member(Gen<JsonNode?> value) => Gen.Frequency(
        (6, value.Select(node => new[] { node })), (1, Gen.Const(Array.Empty<JsonNode?>())), (1, Gen.Const(new JsonNode?[] { null })));

    static Gen<JsonNode?> Text(Gen<string> text) => text.Select(value => (JsonNode?)JsonValue.Create(value));

    static readonly Gen<JsonNode?> Figure = Number.Select(JsonNode? (text) => JsonNode.Parse(text));

    static readonly Gen<JsonNode?> Address = Gen.Select(
        Member(Text(Word)), Member(Text(District)), Member(Member(Figure).Select(JsonNode? (lat) => Object(("lat", lat)))),
        JsonNode? (street, city, geo) => Object(("street", street), ("city", city), ("geo", geo)));

    static readonly Gen<JsonNode?> Partners = Gen.Select(
        Member(Text(Word)), Member(Figure), Member(Member(Text(District)).Select(JsonNode? (city) => Object(("city", city)))),
        (name, share, seat) => Object(("name", name), ("share", share), ("seat", seat))).Array[0, 3].Select(JsonNode? (items) => new JsonArray([.. items]));

    /// <summary>A record without its key.</summary>
    static readonly Gen<JsonObject> AnyRecord =
        from name in Member(Text(Word))
        from district in Member(Text(District))
        from amount in Member(Figure)
        from born in Member(Text(Date))
        from active in Gen.Bool
        from note in Member(Text(Word))
        from slash in Member(Text(Word))
        from address in Member(Address)
        from partners in Member(Partners)
        from tags in Word.Array[0, 3]
        from extra in Gen.Int[0, 9]
        select Object(
            ("name", name), ("district", district), ("amount", amount), ("born", born), ("active", [JsonValue.Create(active)]), ("note", note), ("a/b", slash), ("address", address),
            ("partners", partners), ("tags", [new JsonArray([.. tags.Select(tag => JsonValue.Create(tag))])]), ("extra", [new JsonObject { ["free"] = extra, ["more"] = new JsonObject { ["x"] = null } }]));

    /// <summary>A record of any key.</summary>
    public static readonly Gen<string> AnyDocument = AnyRecord.Select(record => Document("any", record));

    static readonly Gen<RowCondition> AnyRow = Gen.OneOf(
        District.Select(value => new RowCondition("/district", "eq", [value])),
        District.Array[1, 3].Select(values => new RowCondition("/district", "in", values)),
        Gen.Select(Number, Gen.OneOfConst("gt", "gte", "lt", "lte"), (value, op) => new RowCondition("/amount", op, [value])),
        Date.Select(value => new RowCondition("/born", "gte", [value])),
        Gen.Bool.Select(value => new RowCondition("/active", "eq", [value ? "true" : "false"])),
        District.Select(value => new RowCondition("/address/city", "eq", [value])));

    static readonly Gen<Terms> AnyTerms =
        from share in Gen.Int[1, 9]
        from dice in Gen.Int[0, 9].Array[Fields.Length]
        from masks in Gen.Select(Gen.Int[0, 9], Gen.Enum<Mask>()).Array[Fields.Length]
        from rows in Gen.Frequency((1, AnyRow.Array[0, 0]), (4, AnyRow.Array[1, 2]))
        let fields = Fields.Where((_, i) => dice[i] <= share).Prepend("/id").ToArray()
        select Sharing.Granted.Everything with
        {
            Fields = fields,
            Masks = Fields.Select((field, i) => (field, masks[i])).Where(each => each.Item2.Item1 < 3 && fields.Contains(each.field)).ToDictionary(each => each.field, each => each.Item2.Item2),
            Rows = rows,
        };

    /// <summary>One change: a deletion now and then.</summary>
    static readonly Gen<KeyValuePair<string, string?>> AnyChange = Gen.Select(
        Gen.OneOfConst(Keys), AnyRecord, Gen.Int[0, 4], (key, record, die) => KeyValuePair.Create(key, die == 0 ? null : Document(key, record)));

    public static readonly Gen<World> Any = Gen.Select(
        AnyChange.Array[2, 12].Select(changes => changes.DistinctBy(change => change.Key).ToArray()).Array[3, 5], AnyTerms, AnyTerms, Gen.Enum<GrantDeed>().Array[5],
        (publications, terms, others, deeds) => new World(OfThoseThatAre(publications), terms, others, deeds));

    /// <summary>For whoever has to reproduce a failure.</summary>
    public string Tell() => JsonSerializer.Serialize(new { Terms, Others, Deeds, Publications }, Exchange.Hub.Platform.ApiJson.Options);

    /// <summary>The canonical text of a record.</summary>
    public static string Document(string key, JsonObject record)
    {
        var whole = (JsonObject)record.DeepClone();
        whole["id"] = key;
        return System.Text.Encoding.UTF8.GetString(CanonicalJson.Of(JsonSerializer.SerializeToElement(whole)));
    }

    static JsonObject Object(params (string Name, JsonNode?[] Value)[] members) =>
        new(members.Where(member => member.Value.Length > 0).Select(member => KeyValuePair.Create(member.Name, member.Value[0]?.DeepClone())));

    /// <summary>Nothing is deleted that is not there.</summary>
    static KeyValuePair<string, string?>[][] OfThoseThatAre(KeyValuePair<string, string?>[][] publications)
    {
        var alive = new HashSet<string>();
        return [.. publications.Select(changes => changes.Where(change => change.Value is not null ? alive.Add(change.Key) || true : alive.Remove(change.Key)).ToArray())];
    }
}
