using System.Text.Json;
using System.Text.RegularExpressions;
using Exchange.Engine.Schemas.Compiling;
using Exchange.Engine.Schemas.Library;

namespace Exchange.Engine.Schemas;

/// <summary>Reads one shared schema. One use.</summary>
sealed partial class SharedSchemaReader(string name, string version, ReadOnlyMemory<byte> utf8, Func<Uri, JsonDocument?>? resolver)
{
    const string Edition = "https://json-schema.org/draft/2020-12/schema";
    static readonly Lazy<SchemaPlan> Metaschema = new(() => SchemaPlan.Compile(Metaschemas.Find(Edition)!.RootElement));
    static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    readonly List<SchemaProblem> problems = [];

    public LocalTitle Title { get; private set; } = new("", null);

    public IReadOnlyList<string> Key { get; private set; } = [];

    public IReadOnlyList<SchemaField> Fields { get; private set; } = [];

    public List<SchemaProblem> Warnings { get; } = [];

    [GeneratedRegex("^[a-z][a-z0-9-]{0,62}$")]
    private static partial Regex NamePattern { get; }

    public ParsedSchema Read()
    {
        if (!NamePattern.IsMatch(name))
            Problem("", $"the name \"{name}\" is not allowed", "Use lower-case letters, digits and hyphens, and begin with a letter");
        if (!SchemaVersion.TryParse(version, out var parsed))
            Problem("", $"the version \"{version}\" is not allowed", "Write major.minor, such as 1.0");
        try
        {
            using var document = JsonDocument.Parse(utf8, Strict);
            return Read(parsed, document.RootElement.Clone());
        }
        catch (JsonException error)
        {
            var place = error.LineNumber is { } line ? $" at line {line + 1}, byte {error.BytePositionInLine + 1}" : "";
            Problem("", $"it is no sound JSON, or a name stands twice in one object{place}", "Correct the text");
            return new ParsedSchema(null, problems);
        }
    }

    ParsedSchema Read(SchemaVersion parsed, JsonElement root)
    {
        CheckAgainstMetaschema(root);
        // What is no schema cannot be looked at further with profit.
        if (problems.Count > 0)
            return new ParsedSchema(null, problems);
        var plan = Compile(root);
        CheckRecordShape(root);
        var annotations = new FieldReader(root);
        Title = annotations.TitleOf(root, name, "");
        Fields = annotations.Read(Key);
        problems.AddRange(annotations.Problems);
        Warnings.AddRange(annotations.Warnings);
        AskLibrary();
        return problems.Count == 0 ? new ParsedSchema(new SharedSchema(name, parsed, utf8, root, plan!, this), []) : new ParsedSchema(null, problems);
    }

    void CheckAgainstMetaschema(JsonElement root)
    {
        var edition = root.ValueKind == JsonValueKind.Object && root.TryGetProperty("$schema", out var declared) ? declared.ToString().TrimEnd('#') : Edition;
        if (edition != Edition)
            Problem("/$schema", "a shared schema is written in draft 2020-12", $"Set it to {Edition}, or leave it out");
        var errors = new List<SchemaError>();
        Metaschema.Value.CreateValidator().Validate(utf8.Span, errors);
        problems.AddRange(errors.Select(e => new SchemaProblem(e.InstancePointer, $"it breaks the rules of JSON Schema: it {e.Message}", "Correct the keyword there")).Distinct());
    }

    SchemaPlan? Compile(JsonElement root)
    {
        try
        {
            return SchemaPlan.Compile(root, new SchemaPlanOptions { Resolver = resolver });
        }
        catch (SchemaException error)
        {
            problems.AddRange(error.Problems);
            return null;
        }
    }

    void AskLibrary()
    {
        if (problems.Count > 0)
            return;
        try
        {
            LibraryOpinion.Load(utf8.Span, resolver);
        }
        catch (SchemaException error)
        {
            problems.AddRange(error.Problems);
        }
    }

    void CheckRecordShape(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("type", out var type) || type.ValueKind != JsonValueKind.String || type.GetString() != "object")
            Problem("/type", "records are objects", "Set \"type\" to \"object\"");
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("x-key", out var key))
        {
            Problem("", "the schema has no key", "Add \"x-key\" with the names of the properties that identify a record, as in \"x-key\": [\"id\"]");
            return;
        }
        if (key.ValueKind != JsonValueKind.Array || key.GetArrayLength() == 0 || key.EnumerateArray().Any(k => k.ValueKind != JsonValueKind.String))
        {
            Problem("/x-key", "the key must be an array of property names", "Write it as in \"x-key\": [\"id\"]");
            return;
        }
        Key = [.. key.EnumerateArray().Select(k => k.GetString()!)];
        if (Key.Distinct(StringComparer.Ordinal).Count() != Key.Count)
            Problem("/x-key", "the key names a property twice", "Name each property once");
        foreach (var part in Key)
            CheckKeyPart(root, part);
    }

    void CheckKeyPart(JsonElement root, string part)
    {
        if (!root.TryGetProperty("properties", out var properties) || !properties.TryGetProperty(part, out var property))
        {
            Problem("/x-key", $"the key names \"{part}\", which is no property", "Add it to properties, or name another");
            return;
        }
        var required = root.TryGetProperty("required", out var names) && names.EnumerateArray().Any(n => n.ValueEquals(part));
        if (!required)
            Problem("/required", $"\"{part}\" is part of the key but not required", "Add it to required");
        var types = FieldReader.TypesOf(FieldReader.Follow(root, property));
        if (types.Count == 0 || types.Any(t => t is "null" or "array" or "object"))
            Problem($"/properties/{Instances.JsonPointer.Escape(part)}", "a part of the key must be a scalar that is never null", "Set its type to string, integer, number or boolean");
    }

    void Problem(string pointer, string message, string fix) => problems.Add(new SchemaProblem(pointer, message, fix));
}
