using System.Text.Json;
using Exchange.Engine.Schemas.Instances;
using Exchange.Engine.Schemas.Keywords;

namespace Exchange.Engine.Schemas.Compiling;

/// <summary>Turns schema documents into <see cref="SchemaNode"/>s. One use per plan.</summary>
sealed partial class SchemaCompiler(SchemaPlanOptions options)
{
    readonly SchemaRegistry registry = new(options);
    readonly Dictionary<(SchemaDocument, string), SchemaNode> nodes = [];
    readonly Dictionary<SchemaNode, List<(SchemaNode Target, SchemaLocation From)>> inPlace = [];
    readonly HashSet<IdentifiedSchema> reached = [];

    /// <summary>What makes the schema unusable.</summary>
    public List<SchemaProblem> Problems { get; } = [];

    /// <summary>What the plan leaves out.</summary>
    public List<UncoveredKeyword> Uncovered { get; } = [];

    /// <summary>Formats that are not known and so not asserted.</summary>
    public List<SchemaProblem> Warnings { get; } = [];

    /// <summary>Whether evaluated members and the dynamic scope must be followed.</summary>
    public bool Tracks { get; private set; }

    /// <summary>Compiles a whole document.</summary>
    public SchemaNode CompileRoot(JsonElement root)
    {
        var node = Compile(registry.AddMain(root));
        Uncovered.AddRange(registry.OtherEditions.Select(e => new UncoveredKeyword(e.Location.Shown, "$schema", $"{e.Uri} is another edition than 2020-12 and draft 7")));
        if (Problems.Count == 0)
            FindEndlessReferences();
        return node;
    }

    SchemaNode Compile(SchemaLocation location)
    {
        if (nodes.TryGetValue((location.Document, location.Pointer), out var known))
            return known;
        var owner = registry.Owner(location);
        var node = nodes[(location.Document, location.Pointer)] = new SchemaNode(owner.Resource);
        Reach(owner);
        switch (location.Element.ValueKind)
        {
            case JsonValueKind.True:
                break;
            case JsonValueKind.False:
                node.Fill([new NothingKeyword(location.Shown)]);
                break;
            case JsonValueKind.Object:
                node.Fill(CompileObject(new Context(location, owner, node)).OfType<Keyword>().ToList());
                break;
            default:
                Problem(location, "a schema must be an object, true or false", "Write {} to allow everything");
                break;
        }
        return node;
    }

    /// <summary>Dynamic references may lead to any dynamic anchor of a resource that is reached.</summary>
    void Reach(IdentifiedSchema schema)
    {
        if (!reached.Add(schema))
            return;
        foreach (var (name, location) in schema.DynamicAnchors)
            schema.Resource.DynamicNodes[name] = Compile(location);
    }

    IEnumerable<Keyword?> CompileObject(Context at)
    {
        if (at.IsDraft7 && at.Has("$ref"))
            return [CompileRef(at, "$ref")];
        IEnumerable<Keyword?> applicators =
        [
            CompileRef(at, "$ref"), at.IsDraft7 ? null : CompileRef(at, "$dynamicRef"), CompileProperties(at), CompileItems(at), CompileContains(at),
            .. CompileLogic(at), .. CompileDependencies(at), CompilePropertyNames(at), .. CompileUnevaluated(at),
        ];
        NoteContent(at);
        return at.Owner.Dialect.Validation ? [.. CompileValues(at), .. applicators, CompileFormat(at)] : [.. applicators, CompileFormat(at)];
    }

    RefKeyword? CompileRef(Context at, string name)
    {
        if (!at.TryGet(name, out var location))
            return null;
        if (location.Element.ValueKind != JsonValueKind.String)
            return Problem<RefKeyword>(location, $"{name} must be a text", "Write a URI reference such as \"#/$defs/address\"");
        var reference = location.Element.GetString()!;
        if (registry.Find(reference, at.Owner, out var dynamicAnchor) is not { } target)
            return Problem<RefKeyword>(location, $"{name} \"{reference}\" leads nowhere", "Define what it refers to, or correct the reference");
        var node = InPlace(at, target);
        dynamicAnchor = name == "$dynamicRef" ? dynamicAnchor : null;
        Tracks |= dynamicAnchor is not null;
        return new RefKeyword(name, location.Shown, node, dynamicAnchor);
    }

    /// <summary>Compiles a schema that applies to the same value, and remembers it for <see cref="FindEndlessReferences"/>.</summary>
    SchemaNode InPlace(Context at, SchemaLocation location)
    {
        var node = Compile(location);
        if (!inPlace.TryGetValue(at.Node, out var targets))
            inPlace[at.Node] = targets = [];
        targets.Add((node, at.Location));
        return node;
    }

    /// <summary>Schemas that apply themselves to the same value again would never come to an end.</summary>
    void FindEndlessReferences()
    {
        var state = new Dictionary<SchemaNode, bool>();
        foreach (var node in inPlace.Keys)
            Visit(node);

        void Visit(SchemaNode node)
        {
            if (state.ContainsKey(node))
                return;
            state[node] = false;
            foreach (var (target, from) in inPlace.GetValueOrDefault(node, []))
            {
                Visit(target);
                if (!state[target] && Problems.Count == 0)
                    Problem(from, "the schema applies itself to the same value again, without end", "Let the reference stand below properties or items, or remove it");
            }
            state[node] = true;
        }
    }

    void Problem(SchemaLocation location, string message, string fix) => Problems.Add(new SchemaProblem(location.Shown, message, fix));

    T? Problem<T>(SchemaLocation location, string message, string fix)
        where T : class
    {
        Problem(location, message, fix);
        return null;
    }

    /// <summary>The schema object being compiled.</summary>
    sealed record Context(SchemaLocation Location, IdentifiedSchema Owner, SchemaNode Node)
    {
        public bool IsDraft7 => Owner.Dialect.Draft == SchemaDraft.Draft7;

        public bool Has(string keyword) => Location.Element.TryGetProperty(keyword, out _);

        public bool TryGet(string keyword, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out SchemaLocation? location)
        {
            location = Location.Element.TryGetProperty(keyword, out var element) ? Location.Down(keyword, element) : null;
            return location is not null;
        }
    }
}
