using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Exchange.House.Tests;

/// <summary>Nothing is bigger than a person can read at a sitting, named vaguely, or left for later.</summary>
public sealed partial class SizeTests
{
    const int FileLimit = 400;
    const int MethodLimit = 60;

    static readonly string[] CodeExtensions = [".cs", ".sql", ".cshtml", ".css", ".js", ".sh", ".csproj", ".props", ".targets"];

    [Test]
    public void A_file_of_code_has_at_most_400_lines() =>
        Assert.That(
            SourceTree.Files.Where(file => CodeExtensions.Contains(file.Extension) && !file.IsTestInput)
                .Select(file => (file.Path, Lines: file.Lines.Count() - 1))
                .Where(file => file.Lines > FileLimit),
            Is.Empty);

    [Test]
    public void A_method_has_at_most_60_lines() =>
        Assert.That(
            from file in SourceTree.Code()
            from node in file.Syntax.DescendantNodes()
            where node is BaseMethodDeclarationSyntax or LocalFunctionStatementSyntax or AccessorDeclarationSyntax
            let span = node.GetLocation().GetLineSpan()
            let lines = span.EndLinePosition.Line - span.StartLinePosition.Line + 1
            where lines > MethodLimit
            select $"{file.Place(node)} has {lines} lines",
            Is.Empty);

    [Test]
    public void No_type_has_a_name_that_says_nothing() =>
        Assert.That(
            from file in SourceTree.Code()
            from type in file.Syntax.DescendantNodes().OfType<BaseTypeDeclarationSyntax>()
            where VagueName().IsMatch(type.Identifier.Text)
            select $"{file.Place(type)} {type.Identifier.Text}",
            Is.Empty);

    [Test]
    public void Nothing_is_left_for_later() =>
        Assert.That(
            from file in SourceTree.Files
            where CodeExtensions.Contains(file.Extension) && file.Name != $"{nameof(SizeTests)}.cs"
            from line in file.Lines.Index()
            where LeftForLater().IsMatch(line.Item)
            select $"{file.Path}:{line.Index + 1} {line.Item.Trim()}",
            Is.Empty);

    [Test]
    public void A_warning_is_silenced_only_with_a_reason_beside_it() =>
        Assert.That(
            from file in SourceTree.Code()
            where file.Name != $"{nameof(SizeTests)}.cs"
            let lines = file.Lines.ToArray()
            from index in Enumerable.Range(0, lines.Length)
            where Silenced().IsMatch(lines[index]) && !Reason().IsMatch(lines[index]) && !(index > 0 && lines[index - 1].TrimStart().StartsWith("//", StringComparison.Ordinal))
            select $"{file.Path}:{index + 1} {lines[index].Trim()}",
            Is.Empty);

    // A package manager is called so by everybody.
    [GeneratedRegex("((?<!Package)Manager|Helpers?|Utils?|Utility|Utilities|Base)$")]
    private static partial Regex VagueName();

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|XXX|NotImplementedException)\b")]
    private static partial Regex LeftForLater();

    [GeneratedRegex(@"^\s*#pragma warning disable|\[(assembly: )?SuppressMessage|\[UnconditionalSuppressMessage")]
    private static partial Regex Silenced();

    [GeneratedRegex(@"// \w|Justification = ""\w")]
    private static partial Regex Reason();
}
