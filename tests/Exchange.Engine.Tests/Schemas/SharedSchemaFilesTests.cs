using Exchange.Engine.Schemas;

namespace Exchange.Engine.Tests.Schemas;

/// <summary>The schemas under schemas/ and their examples.</summary>
public class SharedSchemaFilesTests
{
    static string Folder => Path.Combine(Corpora.Repository, "schemas");

    static IEnumerable<string> SchemaFiles() =>
        Directory.EnumerateFiles(Folder, "*.schema.json", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(Folder, f)).Order(StringComparer.Ordinal);

    static IEnumerable<string> Examples() =>
        Directory.EnumerateFiles(Folder, "*.json", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(Folder, f)).Where(f => f.Contains("examples", StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    static SharedSchema Read(string file) =>
        SharedSchema.Parse(Path.GetDirectoryName(file)!, Path.GetFileName(file).Replace(".schema.json", "", StringComparison.Ordinal), File.ReadAllBytes(Path.Combine(Folder, file))).Required();

    [TestCaseSource(nameof(SchemaFiles))]
    public void ASchemaIsWholeAndSaysEverythingInTwoLanguages(string file)
    {
        var schema = Read(file);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(schema.Warnings, Is.Empty);
            Assert.That(schema.Plan.Uncovered, Is.Empty);
            Assert.That(schema.Title.Zh, Is.Not.Empty);
            Assert.That(schema.Fields.Where(f => string.IsNullOrEmpty(f.Title.Zh)).Select(f => f.Pointer), Is.Empty);
            Assert.That(Directory.EnumerateFiles(Path.Combine(Folder, schema.Name, "examples", "valid")), Is.Not.Empty);
            Assert.That(Directory.EnumerateFiles(Path.Combine(Folder, schema.Name, "examples", "invalid")), Is.Not.Empty);
        }
    }

    [TestCaseSource(nameof(Examples))]
    public void AnExamplePassesOrFailsAsItsFolderSays(string file)
    {
        var name = file.Split(Path.DirectorySeparatorChar)[0];
        var latest = SchemaFiles().Where(f => f.StartsWith(name + Path.DirectorySeparatorChar, StringComparison.Ordinal)).Select(Read).MaxBy(s => s.Version)!;
        var errors = new List<SchemaError>();
        var valid = latest.Plan.CreateValidator().Validate(File.ReadAllBytes(Path.Combine(Folder, file)), errors);
        Assert.That(valid, Is.EqualTo(Path.GetFileName(Path.GetDirectoryName(file)) == "valid"), string.Join('\n', errors));
    }
}
