using Exchange.Cli.Documents;
using Exchange.Engine.Schemas;
using Exchange.Sdk;

namespace Exchange.Cli.Checking;

/// <summary>Checks every document of a folder by itself and against those it refers to. One use.</summary>
sealed class FolderCheck(DocumentFolder folder, PluginCatalog plugins, TimeProvider clock)
{
    readonly Dictionary<string, ParsedSchema> schemas = folder.Documents
        .Where(document => document.Kind == DocumentKind.Schema)
        .ToDictionary(document => document.Name, Parse);

    public IEnumerable<DocumentReport> Run() => folder.Documents.Select(document => document.Kind switch
    {
        DocumentKind.Schema => SchemaCheck.Run(folder, document, schemas),
        DocumentKind.Source => SourceCheck(document),
        DocumentKind.Mapping => new MappingCheck(folder, document, SchemasOf(document)).Run(),
        DocumentKind.Dataset => DatasetCheck.Run(folder, document, schemas),
        _ => new DocumentReport(document, "", [.. References.Check(folder, document)], []),
    });

    static ParsedSchema Parse(Document document)
    {
        var parts = document.Name.Split('/');
        return SharedSchema.Parse(parts[0], parts[1], document.Utf8);
    }

    /// <summary>The sound schemas that datasets of this folder aim the mapping at.</summary>
    IReadOnlyList<SharedSchema> SchemasOf(Document mapping) =>
    [
        .. folder.Documents
            .Where(document => document.Kind == DocumentKind.Dataset && document.Json.Text("mapping") == mapping.Name)
            .Select(dataset => schemas.GetValueOrDefault(dataset.Json.Text("schema") ?? "")?.Schema)
            .OfType<SharedSchema>().Distinct(),
    ];

    DocumentReport SourceCheck(Document document)
    {
        var (utf8, _) = SecretResolver.Resolve(document, name => name); // any text stands for a secret here
        var (_, problems) = plugins.TryResolve(Document.ConnectionOf(utf8), clock, folder.Root);
        return new DocumentReport(
            document,
            document.Json.Text("connector") ?? "",
            [.. problems.Select(problem => new ErrorDetail(document.Locate(problem.Pointer), $"{problem.Pointer}: {problem.Message}")), .. References.Check(folder, document)],
            []);
    }
}
