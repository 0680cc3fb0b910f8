using System.Text.Json;
using Exchange.Engine.Schemas.Instances;
using Exchange.Engine.Schemas.Keywords;

namespace Exchange.Engine.Schemas.Compiling;

/// <summary>A schema document that has been loaded.</summary>
/// <param name="Name">Prefix of its pointers in problems; empty for the main document.</param>
/// <param name="Root">Its content.</param>
sealed record SchemaDocument(string Name, JsonElement Root);

/// <summary>A schema with its own base URI: a document's root, or a subschema with <c>$id</c>.</summary>
sealed class IdentifiedSchema(string uri, Dialect dialect)
{
    public string Uri => uri;

    public Dialect Dialect => dialect;

    /// <summary>Where the schema itself stands.</summary>
    public required SchemaLocation Location { get; init; }

    public Dictionary<string, SchemaLocation> Anchors { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, SchemaLocation> DynamicAnchors { get; } = new(StringComparer.Ordinal);

    /// <summary>What validations need of it.</summary>
    public SchemaResource Resource { get; } = new();
}

/// <summary>Some place in a schema document.</summary>
/// <param name="Document">The document.</param>
/// <param name="Pointer">JSON pointer from the document's root.</param>
/// <param name="Element">What stands there.</param>
sealed record SchemaLocation(SchemaDocument Document, string Pointer, JsonElement Element)
{
    /// <summary>The pointer as shown in errors and problems.</summary>
    public string Shown => Document.Name + Pointer;

    /// <summary>A place below.</summary>
    public SchemaLocation Down(string name, JsonElement element) => new(Document, $"{Pointer}/{JsonPointer.Escape(name)}", element);

    /// <summary>A place below that exists.</summary>
    public SchemaLocation Down(string name) => Down(name, Element.GetProperty(name));

    /// <summary>The places of an array's items.</summary>
    public IEnumerable<SchemaLocation> Items()
    {
        var index = 0;
        foreach (var item in Element.EnumerateArray())
            yield return Down((index++).ToString(System.Globalization.CultureInfo.InvariantCulture), item);
    }

    /// <summary>The places of an object's properties.</summary>
    public IEnumerable<(string Name, SchemaLocation Location)> Members() =>
        Element.EnumerateObject().Select(p => (p.Name, Down(p.Name, p.Value)));
}
