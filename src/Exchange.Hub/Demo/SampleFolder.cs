using System.Text.Json.Nodes;

namespace Exchange.Hub.Demo;

/// <summary>The documents of samples/city, found from the program's own folder upwards.</summary>
sealed class SampleFolder
{
    /// <summary>Kinds of documents in the order in which they depend on one another: folder, end of the file name.</summary>
    static readonly (string Kind, string Ending)[] kinds =
        [("departments", ".department.json"), ("schemas", ".schema.json"), ("sources", ".source.json"), ("mappings", ".mapping.json"), ("datasets", ".dataset.json")];

    SampleFolder(string city) => City = city;

    /// <summary>Finds the checkout that a folder lies in.</summary>
    /// <exception cref="DemoException">There is none above it.</exception>
    public static SampleFolder Find(string from)
    {
        for (var folder = new DirectoryInfo(from); folder is not null; folder = folder.Parent)
        {
            if (Path.Combine(folder.FullName, "samples", "city") is var city && Directory.Exists(city))
                return new SampleFolder(city);
        }
        throw new DemoException($"No samples/city above {from}. Run the demo from a checkout of Exchange.");
    }

    /// <summary>Where the documents of the story lie.</summary>
    public string City { get; }

    /// <summary>Every document as the path of its resource and its body, in an order in which they can be put.</summary>
    public IEnumerable<(string Path, JsonNode Body)> Documents() =>
        from kind in kinds
        let folder = Path.Combine(City, kind.Kind)
        from file in Directory.EnumerateFiles(folder, "*" + kind.Ending, SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        let name = Path.GetRelativePath(folder, file)[..^kind.Ending.Length].Replace('\\', '/')
        select ($"{kind.Kind}/{name}", Read(file));

    /// <summary>A document that the story puts later, such as <c>mappings/marriage.mapping.json</c> below amendments.</summary>
    public JsonNode Amendment(string file) => Read(Path.Combine(City, "amendments", file));

    /// <summary>On what terms a dataset is shared.</summary>
    public JsonNode Policy(string dataset) => Read(Path.Combine(City, "policies", $"{dataset}.policy.json"));

    /// <summary>What a department asks for. Until when, the story says: a year from its own day.</summary>
    public JsonNode Request(string name) => Read(Path.Combine(City, "requests", $"{name}.request.json"));

    static JsonNode Read(string file) => JsonNode.Parse(File.ReadAllText(file))!;
}
