using System.Text.RegularExpressions;

namespace Exchange.House.Tests;

/// <summary>Every package is pinned, in one place, for a reason that is written down.</summary>
public sealed partial class PackageTests
{
    const string Decision = "src/decisions/0002-packages.md";

    static readonly (string Name, string Version)[] Pinned =
        [.. SourceTree.Find("Directory.Packages.props").Xml.Descendants("PackageVersion").Select(each => (each.Attribute("Include")!.Value, each.Attribute("Version")!.Value))];

    [Test]
    public void Every_version_is_one_version() =>
        Assert.That(Pinned.Where(package => !ExactVersion().IsMatch(package.Version)), Is.Empty);

    [Test]
    public void No_project_has_a_version_of_its_own() =>
        Assert.That(
            from file in SourceTree.Files
            where file.Extension is ".csproj" or ".props" or ".targets" && file.Name != "Directory.Packages.props"
            from reference in file.Xml.Descendants("PackageReference")
            where reference.Attribute("Version") is not null || reference.Attribute("VersionOverride") is not null
            select $"{file} {reference}",
            Is.Empty);

    [Test]
    public void Every_package_stands_in_the_decision_with_licence_and_reason_and_no_other_does() =>
        Assert.That(SourceTree.Find(Decision).Lines.Select(line => Row().Match(line)).Where(row => row.Success).Select(row => row.Groups["name"].Value), Is.EquivalentTo(Pinned.Select(package => package.Name)));

    [Test]
    public void A_package_that_no_project_asks_for_is_marked_as_a_pin()
    {
        var asked = SourceTree.Files.Where(file => file.Extension is ".csproj" or ".props" or ".targets")
            .SelectMany(file => file.Xml.Descendants("PackageReference").Select(reference => reference.Attribute("Include")!.Value)).ToHashSet();
        var rows = SourceTree.Find(Decision).Lines.Select(line => Row().Match(line)).Where(row => row.Success).ToList();
        Assert.That(rows.Where(row => row.Groups["why"].Value.StartsWith("Pin:", StringComparison.Ordinal)).Select(row => row.Groups["name"].Value), Is.EquivalentTo(Pinned.Select(package => package.Name).Where(name => !asked.Contains(name))));
    }

    [GeneratedRegex(@"^\d+\.\d+\.\d+(\.\d+)?(-[a-z0-9.]+)?$")]
    private static partial Regex ExactVersion();

    [GeneratedRegex(@"^\| `(?<name>[^`]+)` \| (?<licence>[^|]+\S) \| (?<why>[^|]{10,}) \|$")]
    private static partial Regex Row();
}
