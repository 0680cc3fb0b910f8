using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Exchange.Cli.Documents;

/// <summary>The documents of a folder, in the order in which they depend on each other, and what is wrong with the files.</summary>
sealed partial class DocumentFolder
{
    static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    readonly List<ErrorDetail> errors = [];
    readonly List<Document> documents = [];

    DocumentFolder(string root) => Root = root;

    public string Root { get; }

    /// <summary>Ordered by kind, then by name.</summary>
    public IReadOnlyList<Document> Documents => documents;

    public IReadOnlyList<ErrorDetail> Errors => errors;

    /// <exception cref="CliException">There is no such folder, or nothing in it.</exception>
    public static DocumentFolder Read(string root)
    {
        if (!Directory.Exists(root))
            throw new CliException(ExitCode.NotFound, $"There is no folder \"{root}\".") { Where = Path.GetFullPath(root) };
        var folder = new DocumentFolder(root);
        foreach (var shape in Shapes)
            folder.ReadAll(shape);
        if (folder.documents.Count == 0 && folder.errors.Count == 0)
            throw new CliException(ExitCode.NotFound, $"The folder \"{root}\" holds no documents.")
            {
                Where = Path.GetFullPath(root),
                Fix = $"It needs folders such as {string.Join(", ", Shapes.Select(shape => shape.Folder))}; see the README of the command line.",
            };
        return folder;
    }

    /// <summary>Reads one document that stands anywhere, under any name.</summary>
    /// <exception cref="CliException">There is no such file, or it is not JSON.</exception>
    public static Document ReadOne(DocumentKind kind, string path)
    {
        if (!File.Exists(path))
            throw new CliException(ExitCode.NotFound, $"There is no file \"{path}\".") { Where = Path.GetFullPath(path) };
        var folder = new DocumentFolder("");
        return folder.ReadJson(path) is { } read
            ? new Document(kind, Path.GetFileName(path), path, read.Utf8, read.Json)
            : throw new CliException(ExitCode.Failed, $"{path} is not JSON.") { Details = folder.errors };
    }

    public bool Has(string file) => File.Exists(Path.Combine(Root, file));

    /// <summary>The JSON files of one folder below the root, relative to the root.</summary>
    public IEnumerable<string> Files(string below) => Directory.Exists(Path.Combine(Root, below))
        ? Directory.EnumerateFiles(Path.Combine(Root, below), "*.json").Select(path => $"{below}/{Path.GetFileName(path)}").Order(StringComparer.Ordinal)
        : [];

    public byte[] ReadBytes(string file) => WithoutMark(File.ReadAllBytes(Path.Combine(Root, file)));

    /// <summary>Reads one JSON file; what is wrong with it goes to <see cref="Errors"/>.</summary>
    /// <param name="file">Path relative to the folder.</param>
    public (byte[] Utf8, JsonElement Json)? ReadJson(string file)
    {
        var utf8 = ReadBytes(file);
        try
        {
            using var json = JsonDocument.Parse(utf8, Strict);
            return (utf8, json.RootElement.Clone());
        }
        catch (JsonException error)
        {
            errors.Add(new ErrorDetail(PlaceOf(file, utf8, error), CleanMessage(error), "Mend the JSON there; comments and trailing commas are not allowed."));
            return null;
        }
    }

    void ReadAll(Shape shape)
    {
        var folder = Path.Combine(Root, shape.Folder);
        if (!Directory.Exists(folder))
            return;
        var files = Directory.EnumerateFiles(folder, "*.json", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
            .Where(path => !shape.BesideDocuments.IsMatch(path))
            .Order(StringComparer.Ordinal);
        foreach (var file in files)
            if (shape.File.Match(file) is { Success: true } match)
                Add(shape.Kind, match, file);
            else
                errors.Add(new ErrorDetail(file, $"is not named as a {shape.Kind.ToString().ToLowerInvariant()} is.", $"Name it {shape.Example}, in lower case with hyphens, or move it out of {shape.Folder}/."));
    }

    void Add(DocumentKind kind, Match match, string file)
    {
        if (ReadJson(file) is not { } read)
            return;
        if (read.Json.ValueKind is JsonValueKind.Object || (kind == DocumentKind.Schema && read.Json.ValueKind is JsonValueKind.True or JsonValueKind.False))
            documents.Add(new Document(kind, match.Groups["version"] is { Success: true } version ? $"{match.Groups["name"]}/{version}" : match.Groups["name"].Value, file, read.Utf8, read.Json));
        else
            errors.Add(new ErrorDetail($"{file}:1:1", "is not a JSON object."));
    }

    static byte[] WithoutMark(byte[] bytes) => bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? bytes[Encoding.UTF8.Preamble.Length..] : bytes;

    static string PlaceOf(string file, byte[] utf8, JsonException error)
    {
        var line = (int)(error.LineNumber ?? 0);
        var start = 0;
        for (var i = 0; i < line; i++)
            start += utf8.AsSpan(start).IndexOf((byte)'\n') + 1;
        var (_, column) = JsonLocator.PositionOf(utf8, start + (int)(error.BytePositionInLine ?? 0));
        return $"{file}:{line + 1}:{column}";
    }

    /// <summary>The reader's message without its own notion of place.</summary>
    static string CleanMessage(JsonException error) => error.Message.Split(" LineNumber:")[0].Split(" Path:")[0];

    /// <summary>How the files of one kind are named.</summary>
    sealed record Shape(DocumentKind Kind, string Folder, string Example, Regex File, Regex BesideDocuments);

    static readonly Shape[] Shapes =
    [
        new(DocumentKind.Department, "departments", "departments/<name>.department.json", DepartmentFile(), Nothing()),
        new(DocumentKind.Schema, "schemas", "schemas/<name>/<major>.<minor>.schema.json", SchemaFile(), SchemaExample()),
        new(DocumentKind.Source, "sources", "sources/<name>.source.json", SourceFile(), Nothing()),
        new(DocumentKind.Mapping, "mappings", "mappings/<name>.mapping.json", MappingFile(), MappingTest()),
        new(DocumentKind.Dataset, "datasets", "datasets/<name>.dataset.json", DatasetFile(), Nothing()),
    ];

    const string Name = "(?<name>[a-z][a-z0-9]*(-[a-z0-9]+)*)";

    [GeneratedRegex($"^departments/{Name}\\.department\\.json$", RegexOptions.ExplicitCapture)]
    private static partial Regex DepartmentFile();

    [GeneratedRegex($"^schemas/{Name}/(?<version>(0|[1-9][0-9]*)\\.(0|[1-9][0-9]*))\\.schema\\.json$", RegexOptions.ExplicitCapture)]
    private static partial Regex SchemaFile();

    [GeneratedRegex($"^sources/{Name}\\.source\\.json$", RegexOptions.ExplicitCapture)]
    private static partial Regex SourceFile();

    [GeneratedRegex($"^mappings/{Name}\\.mapping\\.json$", RegexOptions.ExplicitCapture)]
    private static partial Regex MappingFile();

    [GeneratedRegex($"^datasets/{Name}\\.dataset\\.json$", RegexOptions.ExplicitCapture)]
    private static partial Regex DatasetFile();

    [GeneratedRegex("^schemas/[^/]+/examples/", RegexOptions.ExplicitCapture)]
    private static partial Regex SchemaExample();

    [GeneratedRegex("\\.mapping\\.test\\.json$", RegexOptions.ExplicitCapture)]
    private static partial Regex MappingTest();

    [GeneratedRegex("(?!)")]
    private static partial Regex Nothing();
}
