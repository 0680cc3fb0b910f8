using System.Globalization;
using System.Text.Json;
using Exchange.Engine.Schemas.Instances;

namespace Exchange.Engine.Schemas.Compiling;

/// <summary>Loads schema documents, indexes what identifies schemas in them, and resolves references.</summary>
sealed class SchemaRegistry(SchemaPlanOptions options)
{
    /// <summary>Base URI of a schema that gives itself none.</summary>
    const string DefaultBase = "schema:///";

    static readonly string[] Single = ["additionalProperties", "unevaluatedProperties", "items", "additionalItems", "unevaluatedItems", "contains", "not", "if", "then", "else", "propertyNames", "contentSchema"];
    static readonly string[] Lists = ["allOf", "anyOf", "oneOf", "prefixItems", "items"];
    static readonly string[] Maps = ["properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "dependencies"];

    readonly Dictionary<string, IdentifiedSchema> byUri = new(StringComparer.Ordinal);
    readonly Dictionary<(SchemaDocument, string), IdentifiedSchema> byPlace = [];

    /// <summary>Editions met that are not compiled, with where.</summary>
    public List<(SchemaLocation Location, string Uri)> OtherEditions { get; } = [];

    /// <summary>Takes in the main document.</summary>
    public SchemaLocation AddMain(JsonElement root) => Add(DefaultBase, new SchemaDocument("", root), Dialect.Of(options.DefaultDraft));

    SchemaLocation Add(string uri, SchemaDocument document, Dialect dialect)
    {
        var location = new SchemaLocation(document, "", document.Root);
        dialect = DialectOf(location, dialect);
        var schema = new IdentifiedSchema(uri, dialect) { Location = location };
        byUri.TryAdd(uri, schema);
        byPlace[(document, "")] = schema;
        Index(location, schema);
        // The document may call itself otherwise than it was asked for.
        byUri[uri] = byPlace[(document, "")];
        return location;
    }

    /// <summary>The identified schema that a place belongs to.</summary>
    public IdentifiedSchema Owner(SchemaLocation location)
    {
        for (var pointer = location.Pointer; ; pointer = pointer[..pointer.LastIndexOf('/')])
        {
            if (byPlace.TryGetValue((location.Document, pointer), out var owner))
                return owner;
        }
    }

    Dialect DialectOf(SchemaLocation location, Dialect inherited)
    {
        if (Text(location.Element, "$schema") is not { } uri)
            return inherited;
        if (Dialect.Standard(uri) is { } standard)
            return standard;
        if (Dialect.IsOtherEdition(uri))
            OtherEditions.Add((location.Down("$schema"), uri));
        else if (Load(uri.TrimEnd('#')) is { } metaschema)
            return Dialect.Declared(metaschema.RootElement);
        return inherited;
    }

    void Index(SchemaLocation location, IdentifiedSchema owner)
    {
        var element = location.Element;
        if (element.ValueKind != JsonValueKind.Object)
            return;
        owner = Identify(location, owner);
        foreach (var keyword in Single)
        {
            if (element.TryGetProperty(keyword, out var child))
                Index(location.Down(keyword, child), owner);
        }
        foreach (var keyword in Lists)
        {
            if (!element.TryGetProperty(keyword, out var list) || list.ValueKind != JsonValueKind.Array)
                continue;
            foreach (var item in location.Down(keyword, list).Items())
                Index(item, owner);
        }
        foreach (var keyword in Maps)
        {
            if (!element.TryGetProperty(keyword, out var map) || map.ValueKind != JsonValueKind.Object)
                continue;
            foreach (var (_, member) in location.Down(keyword, map).Members())
                Index(member, owner);
        }
    }

    IdentifiedSchema Identify(SchemaLocation location, IdentifiedSchema owner)
    {
        var dialect = location.Pointer.Length == 0 ? owner.Dialect : DialectOf(location, owner.Dialect);
        var isOld = dialect.Draft == SchemaDraft.Draft7;
        // In draft 7 nothing beside $ref counts.
        if (isOld && location.Element.TryGetProperty("$ref", out _))
            return owner;
        if (Text(location.Element, "$id") is { } id)
        {
            var (uri, fragment) = Resolve(owner.Uri, id);
            if (uri != owner.Uri)
                owner = Register(uri, location, dialect);
            if (isOld && fragment.Length > 0)
                owner.Anchors.TryAdd(fragment, location);
        }
        if (!isOld && Text(location.Element, "$anchor") is { } anchor)
            owner.Anchors.TryAdd(anchor, location);
        if (!isOld && Text(location.Element, "$dynamicAnchor") is { } dynamicAnchor)
        {
            owner.Anchors.TryAdd(dynamicAnchor, location);
            owner.DynamicAnchors.TryAdd(dynamicAnchor, location);
        }
        return owner;
    }

    IdentifiedSchema Register(string uri, SchemaLocation location, Dialect dialect)
    {
        var schema = new IdentifiedSchema(uri, dialect) { Location = location };
        byUri.TryAdd(uri, schema);
        return byPlace[(location.Document, location.Pointer)] = schema;
    }

    /// <summary>The place a reference means; null when there is none.</summary>
    /// <param name="reference">Value of <c>$ref</c>.</param>
    /// <param name="from">Base of relative references.</param>
    /// <param name="dynamicAnchor">The reference's dynamic anchor, if it found one.</param>
    public SchemaLocation? Find(string reference, IdentifiedSchema from, out string? dynamicAnchor)
    {
        dynamicAnchor = null;
        var (uri, fragment) = Resolve(from.Uri, reference);
        if (!byUri.TryGetValue(uri, out var target))
        {
            if (Load(uri) is not { } document)
                return null;
            Add(uri, new SchemaDocument(uri + "#", document.RootElement), Dialect.Of(options.DefaultDraft));
            target = byUri[uri];
        }
        if (fragment.Length == 0)
            return target.Location;
        if (fragment[0] == '/')
            return Descend(target.Location, fragment);
        if (target.DynamicAnchors.ContainsKey(fragment))
            dynamicAnchor = fragment;
        return target.Anchors.GetValueOrDefault(fragment);
    }

    static SchemaLocation? Descend(SchemaLocation location, string fragment)
    {
        foreach (var segment in fragment.Split('/').Skip(1).Select(JsonPointer.Unescape))
        {
            var element = location.Element;
            if (element.ValueKind == JsonValueKind.Object && element.TryGetProperty(segment, out var member))
                location = location.Down(segment, member);
            else if (element.ValueKind == JsonValueKind.Array && int.TryParse(segment, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < element.GetArrayLength())
                location = location.Down(segment, element[index]);
            else
                return null;
        }
        return location;
    }

    JsonDocument? Load(string uri) =>
        Metaschemas.Find(uri) ?? (Uri.TryCreate(uri, UriKind.Absolute, out var absolute) ? options.Resolver?.Invoke(absolute) : null);

    static (string Uri, string Fragment) Resolve(string baseUri, string reference)
    {
        var hash = reference.IndexOf('#', StringComparison.Ordinal);
        var fragment = hash < 0 ? "" : Uri.UnescapeDataString(reference[(hash + 1)..]);
        var path = hash < 0 ? reference : reference[..hash];
        if (path.Length == 0)
            return (baseUri, fragment);
        // A path such as /a would pass for an absolute file name.
        if (path[0] != '/' && Uri.TryCreate(path, UriKind.Absolute, out var absolute))
            return (absolute.AbsoluteUri, fragment);
        return (Uri.TryCreate(new Uri(baseUri), path, out var joined) ? joined.AbsoluteUri : path, fragment);
    }

    static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
