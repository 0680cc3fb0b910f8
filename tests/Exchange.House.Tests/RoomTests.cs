using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Exchange.House.Tests;

/// <summary>Inside the hub a room imports only rooms to its left, and no room's SQL names another's tables.</summary>
public sealed partial class RoomTests
{
    /// <summary>From left to right.</summary>
    static readonly string[] Rooms = ["Platform", "Audit", "Catalog", "Sources", "Runs", "Sharing", "Delivery", "Overview", "Demo"];

    static readonly string[] Schemas = [.. Rooms.Select(room => room.ToLowerInvariant()), "data"];

    static IEnumerable<(SourceFile File, string Room)> Files =>
        from file in SourceTree.Files
        where file.Path.StartsWith("src/Exchange.Hub/", StringComparison.Ordinal) && file.Extension is ".cs" or ".sql" or ".cshtml"
        let parts = file.Path.Split('/')
        where parts.Length > 3
        select (file, parts[2]);

    [Test]
    public void Every_folder_of_the_hub_is_a_room_with_a_place_in_the_order() =>
        Assert.That(Files.Select(each => each.Room).Distinct(), Is.SubsetOf(Rooms));

    [Test]
    public void A_room_imports_only_rooms_to_its_left() =>
        Assert.That(
            from each in Files
            where each.File.Extension == ".cs"
            from use in Imports(each.File.Syntax)
            where Array.IndexOf(Rooms, use.Room) > Array.IndexOf(Rooms, each.Room)
            select $"{each.File.Place(use.Node)} {each.Room} imports {use.Room}",
            Is.Empty);

    [Test]
    public void The_order_is_checked_against_real_imports() =>
        Assert.That(
            Files.Where(each => each.Room == "Runs" && each.File.Extension == ".cs").SelectMany(each => Imports(each.File.Syntax)).Select(use => use.Room).Distinct(),
            Is.SupersetOf(new[] { "Platform", "Catalog", "Sources" }));

    [Test]
    public void The_SQL_of_a_room_names_only_its_own_schema() =>
        Assert.That(
            from each in Files
            from sql in each.File.Extension == ".sql" ? [Comment().Replace(each.File.Text, "")] : Statements(each.File.Syntax)
            from Match name in TableName().Matches(sql)
            let schema = name.Groups["schema"].Value
            where Schemas.Contains(schema) && !OwnsSchema(each.Room, schema)
            select $"{each.File.Path}: {name.Value}",
            Is.Empty);

    /// <summary>The tables of datasets have names made of numbers: nobody else may make one.</summary>
    [Test]
    public void Names_in_the_schema_of_datasets_are_made_in_two_places() =>
        Assert.That(
            from each in Files
            where each.File.Extension == ".cs"
            from literal in each.File.Syntax.DescendantNodes().OfType<LiteralExpressionSyntax>()
            where literal.Token.ValueText == "data" && literal.Parent is ArgumentSyntax { Parent.Parent: BaseObjectCreationExpressionSyntax }
            group literal by each.File.Path into places
            select places.Key,
            Is.EquivalentTo(new[] { "src/Exchange.Hub/Catalog/Storage/DatasetTables.cs", "src/Exchange.Hub/Runs/Publishing/ChangeTables.cs" }));

    static bool OwnsSchema(string room, string schema) =>
        schema.Equals(room, StringComparison.OrdinalIgnoreCase) || (schema == "data" && room == "Catalog");

    /// <summary>Rooms named by <c>using Exchange.Hub.Runs</c>, by <c>Hub.Runs.X</c>, or by <c>Runs.X</c> as a sibling may.</summary>
    static IEnumerable<(SyntaxNode Node, string Room)> Imports(SyntaxNode file)
    {
        foreach (var name in file.DescendantNodes().Where(node => node is QualifiedNameSyntax or MemberAccessExpressionSyntax { RawKind: (int)SyntaxKind.SimpleMemberAccessExpression }))
        {
            if (name.Parent is QualifiedNameSyntax or MemberAccessExpressionSyntax || name.Ancestors().Any(node => node is BaseNamespaceDeclarationSyntax space && space.Name.Span.Contains(name.Span)))
                continue;
            var match = RoomName().Match(name.ToString());
            if (match.Success)
                yield return (name, match.Groups["room"].Value);
        }
    }

    static IEnumerable<string> Statements(SyntaxNode file) =>
        file.DescendantNodes().Select(node => node switch
        {
            LiteralExpressionSyntax { RawKind: (int)SyntaxKind.StringLiteralExpression } literal => literal.Token.ValueText,
            InterpolatedStringExpressionSyntax text => string.Concat(text.Contents.Select(part => part is InterpolatedStringTextSyntax plain ? plain.TextToken.ValueText : "\0")),
            _ => "",
        }).Where(text => Statement().IsMatch(text));

    [GeneratedRegex(@"^(global::)?(Exchange\.)?(Hub\.)?(?<room>Platform|Audit|Catalog|Sources|Runs|Sharing|Delivery|Overview|Demo)\b(\.|$)")]
    private static partial Regex RoomName();

    [GeneratedRegex(@"^\s*(select|with|insert into|update|delete from|create|alter|drop|copy|grant|truncate|lock)\b|\b(from|join|into)\s+\w+\.\w", RegexOptions.IgnoreCase)]
    private static partial Regex Statement();

    [GeneratedRegex("--[^\n]*|comment on [^;]*;")]
    private static partial Regex Comment();

    [GeneratedRegex(@"(?<![\w.'""-])(?<schema>[a-z]+)\.[a-z_]\w*")]
    private static partial Regex TableName();
}
