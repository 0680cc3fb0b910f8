using System.Text.Json;

namespace Exchange.Engine.Schemas;

/// <summary>
/// One immutable version of a shared schema: a JSON Schema 2020-12 document whose records are objects with a key,
/// annotated with <c>x-key</c>, <c>x-title</c> and <c>x-classification</c>.
/// </summary>
public sealed class SharedSchema
{
    internal SharedSchema(string name, SchemaVersion version, ReadOnlyMemory<byte> utf8, JsonElement document, SchemaPlan plan, SharedSchemaReader read)
    {
        Name = name;
        Version = version;
        Utf8 = utf8;
        Document = document;
        Plan = plan;
        Title = read.Title;
        Key = read.Key;
        Fields = read.Fields;
        Warnings = [.. plan.Warnings, .. read.Warnings];
    }

    /// <summary>Name of the schema: lower-case letters, digits and hyphens.</summary>
    public string Name { get; }

    /// <summary>Version.</summary>
    public SchemaVersion Version { get; }

    /// <summary>Name for people.</summary>
    public LocalTitle Title { get; }

    /// <summary>The document as it was written.</summary>
    public ReadOnlyMemory<byte> Utf8 { get; }

    /// <summary>The document.</summary>
    public JsonElement Document { get; }

    /// <summary>Names of the properties that form the record key, in order.</summary>
    public IReadOnlyList<string> Key { get; }

    /// <summary>Every field, nested ones behind what they stand in.</summary>
    public IReadOnlyList<SchemaField> Fields { get; }

    /// <summary>The compiled plan.</summary>
    public SchemaPlan Plan { get; }

    /// <summary>What the author should know: formats and keywords that are not checked, fields without a classification.</summary>
    public IReadOnlyList<SchemaProblem> Warnings { get; }

    /// <summary>
    /// Reads and checks a schema: against its metaschema, by our own compiler, by Newtonsoft.Json.Schema as a second
    /// opinion, and for what records need (an object, a key of required scalar fields, linear-time patterns).
    /// </summary>
    /// <param name="name">Name of the schema.</param>
    /// <param name="version">Its version, <c>major.minor</c>.</param>
    /// <param name="utf8">The document.</param>
    /// <param name="resolver">Finds other documents that are referred to.</param>
    public static ParsedSchema Parse(string name, string version, ReadOnlyMemory<byte> utf8, Func<Uri, JsonDocument?>? resolver = null) =>
        new SharedSchemaReader(name, version, utf8, resolver).Read();
}

/// <summary>A shared schema, or what is wrong with it.</summary>
/// <param name="Schema">The schema; null when there are problems.</param>
/// <param name="Problems">All problems found.</param>
public sealed record ParsedSchema(SharedSchema? Schema, IReadOnlyList<SchemaProblem> Problems)
{
    /// <summary>The schema, where problems are not expected.</summary>
    /// <exception cref="SchemaException">There are problems.</exception>
    public SharedSchema Required() => Schema ?? throw new SchemaException(Problems);
}
