using System.Xml.Linq;

namespace Exchange.House.Tests;

/// <summary>The build is the reviewer: what makes it strict stays on, for every project.</summary>
public sealed class BuildTests
{
    static readonly XElement Common = SourceTree.Find("Directory.Build.props").Xml;

    [TestCase("Nullable", "enable")]
    [TestCase("TreatWarningsAsErrors", "true")]
    [TestCase("AnalysisLevel", "latest")]
    [TestCase("AnalysisMode", "Recommended")]
    [TestCase("EnforceCodeStyleInBuild", "true")]
    public void Strictness_is_set_for_all_and_taken_back_by_none(string property, string value)
    {
        Assert.That(Common.Descendants(property).Single().Value, Is.EqualTo(value));
        Assert.That(SourceTree.Files.Where(file => file.Extension is ".csproj" or ".targets" || (file.Extension == ".props" && file.Path != "Directory.Build.props"))
            .Where(file => file.Xml.Descendants(property).Any() || file.Xml.Descendants("NoWarn").Any() || file.Xml.Descendants("WarningsNotAsErrors").Any()), Is.Empty);
    }

    [Test]
    public void Formatting_is_checked_by_the_build() =>
        Assert.That(SourceTree.Find(".editorconfig").Text, Does.Contain("\ndotnet_diagnostic.IDE0055.severity = warning\n"), "a warning is an error");

    [Test]
    public void Banned_symbols_are_banned_in_every_project()
    {
        Assert.Multiple(() =>
        {
            Assert.That(Common.Descendants("AdditionalFiles").Single().Attribute("Include")!.Value, Does.EndWith("BannedSymbols.txt"));
            Assert.That(Common.Descendants("PackageReference").Single().Attribute("Include")!.Value, Is.EqualTo("Microsoft.CodeAnalysis.BannedApiAnalyzers"));
            Assert.That(SourceTree.Find("BannedSymbols.txt").Text, Does.Contain("P:System.DateTime.Now;").And.Contain("P:System.DateTimeOffset.UtcNow;").And.Contain("M:System.Threading.Thread.Sleep(System.Int32);"));
        });
    }

    /// <summary>A Directory.Build.props hides the one above it, unless it imports it.</summary>
    [Test]
    public void Every_other_set_of_properties_imports_the_common_one() =>
        Assert.That(
            SourceTree.Files.Where(file => file.Name == "Directory.Build.props" && file.Path.Contains('/')).Where(file => file.Xml.Elements("Import").All(import => import.Attribute("Project")!.Value != "../Directory.Build.props")),
            Is.Empty);

    [Test]
    public void The_Sdk_and_the_engine_document_what_they_promise()
    {
        foreach (var project in new[] { "src/Exchange.Sdk/Exchange.Sdk.csproj", "src/Exchange.Engine/Exchange.Engine.csproj" })
            Assert.That(SourceTree.Find(project).Xml.Descendants("GenerateDocumentationFile").Single().Value, Is.EqualTo("true"), project);
    }

    [Test]
    public void Every_project_is_built_and_tested_with_the_solution()
    {
        var solution = SourceTree.Find("Exchange.sln").Text.Replace('\\', '/');
        Assert.That(SourceTree.Projects.Where(project => !solution.Contains($"\"{project.Path}\"", StringComparison.Ordinal)), Is.Empty);
    }
}
