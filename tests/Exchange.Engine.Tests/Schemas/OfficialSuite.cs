using System.Text.Json;
using Exchange.Engine.Schemas;

namespace Exchange.Engine.Tests.Schemas;

/// <summary>The official JSON-Schema-Test-Suite, read from the corpora beside the repository.</summary>
static class OfficialSuite
{
    static readonly string? Root = Corpora.Find("json-schema-test-suite");

    /// <summary>One schema of a file with its tests.</summary>
    public sealed record Group(SchemaDraft Draft, string File, string Description, JsonElement Schema, IReadOnlyList<Case> Cases);

    /// <summary>One instance.</summary>
    public sealed record Case(string Description, byte[] Instance, bool Valid);

    /// <summary>Ignores the test when the suite is absent, and fails it where nothing may be skipped.</summary>
    public static void Require() => Corpora.Folder("json-schema-test-suite");

    /// <summary>Names of the files of a folder, or the empty name when the suite is absent.</summary>
    public static IEnumerable<string> Files(SchemaDraft draft, string folder = "") =>
        Root is null ? [""] : Directory.EnumerateFiles(Path.Combine(Root, "tests", FolderOf(draft), folder), "*.json").Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal);

    public static IEnumerable<Group> Groups(SchemaDraft draft, string folder, string file)
    {
        var content = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Root!, "tests", FolderOf(draft), folder, file)));
        return content.RootElement.EnumerateArray().Select(g => new Group(
            draft,
            file,
            g.GetProperty("description").GetString()!,
            g.GetProperty("schema"),
            [.. g.GetProperty("tests").EnumerateArray().Select(t => new Case(
                t.GetProperty("description").GetString()!,
                System.Text.Encoding.UTF8.GetBytes(t.GetProperty("data").GetRawText()),
                t.GetProperty("valid").GetBoolean()))]));
    }

    /// <summary>Serves the suite's remotes as its own server would.</summary>
    public static JsonDocument? Resolve(Uri uri)
    {
        const string server = "http://localhost:1234/";
        if (!uri.AbsoluteUri.StartsWith(server, StringComparison.Ordinal))
            return null;
        var path = Path.Combine(Root!, "remotes", uri.AbsoluteUri[server.Length..]);
        return File.Exists(path) ? JsonDocument.Parse(File.ReadAllBytes(path)) : null;
    }

    static string FolderOf(SchemaDraft draft) => draft == SchemaDraft.Draft7 ? "draft7" : "draft2020-12";
}
