using System.Text.Json;

namespace Exchange.Cli.Documents;

/// <summary>One resource described by one file.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Name">From the file's name; <c>company/1.0</c> for a schema.</param>
/// <param name="File">Path relative to the folder, with forward slashes.</param>
/// <param name="Utf8">The file's bytes without byte order mark.</param>
/// <param name="Json">The same, parsed.</param>
sealed record Document(DocumentKind Kind, string Name, string File, byte[] Utf8, JsonElement Json)
{
    /// <summary>Path of the resource below <c>/api/v1/</c>.</summary>
    public string Path => $"{Kind.ToString().ToLowerInvariant()}s/{string.Join('/', Name.Split('/').Select(HubClient.Segment))}";

    /// <summary>Other resources that must be there first.</summary>
    public IEnumerable<Reference> References => Kind switch
    {
        DocumentKind.Source => Refer((DocumentKind.Department, "department")),
        DocumentKind.Dataset => Refer(
            (DocumentKind.Department, "department"), (DocumentKind.Schema, "schema"), (DocumentKind.Source, "source"), (DocumentKind.Mapping, "mapping")),
        _ => [],
    };

    /// <summary>File with line and column of the value that a JSON pointer names.</summary>
    public string Locate(string? pointer)
    {
        var (line, column) = JsonLocator.Find(Utf8, pointer ?? "");
        return $"{File}:{line}:{column}";
    }

    /// <summary>Of a source, the part that its connector understands.</summary>
    /// <param name="utf8">The document with its secrets resolved.</param>
    public static JsonElement ConnectionOf(byte[] utf8) => JsonSerializer.SerializeToElement(
        JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(utf8)!.Where(member => member.Key is not ("department" or "title")).ToDictionary());

    IEnumerable<Reference> Refer(params (DocumentKind Kind, string Member)[] members)
    {
        foreach (var (kind, member) in members)
            if (Json.Text(member) is { } name)
                yield return new Reference(kind, name, "/" + member);
    }
}

/// <summary>One document naming another.</summary>
/// <param name="Kind">What is named.</param>
/// <param name="Name">Its name.</param>
/// <param name="Pointer">Where it is named.</param>
sealed record Reference(DocumentKind Kind, string Name, string Pointer);
