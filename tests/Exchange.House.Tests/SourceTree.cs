using System.Xml.Linq;
using Exchange.Tests;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Exchange.House.Tests;

/// <summary>The repository's own files: everything but what builds, editors and runs leave behind.</summary>
static class SourceTree
{
    static readonly HashSet<string> LeftBehind =
        [".git", .. File.ReadLines(Path.Combine(Corpora.Repository, ".gitignore")).Where(line => line.EndsWith('/')).Select(line => line.Trim('/'))];

    static readonly Lazy<IReadOnlyList<SourceFile>> Listed = new(() => [.. Walk(new DirectoryInfo(Corpora.Repository)).OrderBy(file => file.Path, StringComparer.Ordinal)]);

    public static IReadOnlyList<SourceFile> Files => Listed.Value;

    /// <summary>C# that people write, by folder from the root; <c>""</c> for all.</summary>
    public static IEnumerable<SourceFile> Code(string folder = "") => Files.Where(file => file.Extension == ".cs" && file.Path.StartsWith(folder, StringComparison.Ordinal));

    public static IEnumerable<SourceFile> Projects => Files.Where(file => file.Extension == ".csproj");

    public static SourceFile Find(string path) => Files.Single(file => file.Path == path);

    static IEnumerable<SourceFile> Walk(DirectoryInfo folder) =>
        folder.EnumerateDirectories().Where(each => !LeftBehind.Contains(each.Name) && each.LinkTarget is null).SelectMany(Walk)
            .Concat(folder.EnumerateFiles().Where(file => file.Name != ".git" && file.Extension != ".user").Select(file => new SourceFile(file)));
}

/// <summary>One file.</summary>
sealed class SourceFile(FileInfo file)
{
    readonly Lazy<string> text = new(() => File.ReadAllText(file.FullName));
    SyntaxNode? syntax;

    /// <summary>From the repository's root, with forward slashes.</summary>
    public string Path { get; } = System.IO.Path.GetRelativePath(Corpora.Repository, file.FullName).Replace('\\', '/');

    public string Extension => file.Extension;

    public string Name => file.Name;

    public string FullPath => file.FullName;

    /// <summary>Test cases and the like are bytes on purpose.</summary>
    public bool IsTestInput => Path.Contains("/testcases/", StringComparison.Ordinal);

    public string Text => text.Value;

    public IEnumerable<string> Lines => Text.Split('\n');

    public XElement Xml => XElement.Parse(Text);

    public SyntaxNode Syntax => syntax ??= CSharpSyntaxTree.ParseText(Text, CSharpParseOptions.Default.WithLanguageVersion(LanguageVersion.Preview), Path).GetRoot();

    /// <summary>Where in the file a piece of syntax stands, for messages.</summary>
    public string Place(SyntaxNode node) => $"{Path}:{node.GetLocation().GetLineSpan().StartLinePosition.Line + 1}";

    public override string ToString() => Path;
}
