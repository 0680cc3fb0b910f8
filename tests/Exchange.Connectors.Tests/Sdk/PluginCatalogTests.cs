using System.Runtime.Loader;
using System.Text.Json;
using Exchange.Sdk;

namespace Exchange.Connectors.Tests;

public sealed class PluginCatalogTests
{
    [Test]
    public void Finds_every_connector_of_the_repository()
    {
        var catalog = Repository.Plugins;
        Assert.That(catalog.Problems, Is.Empty);
        var found = catalog.Connectors.Values.Select(plugin => plugin.Info).Concat(catalog.Stores.Values.Select(plugin => plugin.Info)).Concat(catalog.Decoders.Values.Select(plugin => plugin.Info));
        Assert.That(found.Select(info => $"Exchange.Connectors.{Path.GetFileName(Path.GetDirectoryName(info.OptionsType.Assembly.Location))}").Order(),
            Is.EqualTo(Repository.ConnectorFolders.Select(folder => $"Exchange.Connectors.{Path.GetFileName(folder)}")));
    }

    [Test]
    public void Every_plugin_lives_in_a_context_of_its_own_and_shares_only_the_sdk()
    {
        var options = Repository.Plugins.Connectors["csv"].Info.OptionsType;
        var context = AssemblyLoadContext.GetLoadContext(options.Assembly)!;
        Assert.That(context, Is.Not.SameAs(AssemblyLoadContext.Default));
        Assert.That(context, Is.Not.SameAs(AssemblyLoadContext.GetLoadContext(Repository.Plugins.Connectors["sqlite"].Info.OptionsType.Assembly)));
        Assert.That(typeof(IOptionRules).IsAssignableFrom(options), Is.True);
    }

    [Test]
    public void A_broken_plugin_is_left_out_and_reported_and_the_others_work()
    {
        using var folder = new TemporaryFolder();
        folder.Write("connectors/Broken/Exchange.Connectors.Broken.dll", "no assembly");
        folder.Write("connectors/Empty/notes.txt", "");
        CopyPlugin("Gzip", folder.Path);
        var catalog = PluginCatalog.Load(folder.Path);
        Assert.That(catalog.Decoders.Keys, Is.EqualTo(new[] { "gzip" }));
        Assert.That(catalog.Problems, Has.Count.EqualTo(2));
        Assert.That(catalog.Problems[0], Does.StartWith("connectors/Broken was left out: "));
        Assert.That(catalog.Problems[1], Is.EqualTo("connectors/Empty was left out: it holds no Exchange.Connectors.Empty.dll."));
    }

    [Test]
    public void A_plugin_without_its_dependencies_is_reported_with_the_missing_one_or_works_without_it()
    {
        using var folder = new TemporaryFolder();
        CopyPlugin("Csv", folder.Path);
        File.Delete(Path.Combine(folder.Path, "connectors/Csv/CsvHelper.dll"));
        var catalog = PluginCatalog.Load(folder.Path);
        Assert.That(catalog.Connectors, Is.Empty);
        Assert.That(catalog.Problems.Single(), Does.StartWith("connectors/Csv was left out: ").And.Contain("CsvHelper"));
    }

    [Test]
    public void A_missing_folder_is_reported() =>
        Assert.That(PluginCatalog.Load("/nowhere").Problems.Single(), Does.Contain("/nowhere/connectors"));

    [Test]
    public void A_name_that_is_taken_is_reported() =>
        Assert.That(new PluginCatalog([new MemoryStore(), new MemoryStore()]).Problems.Single(), Does.Contain("\"memory\" is already taken"));

    [Test]
    public void Secrets_are_found_and_redacted_wherever_they_stand()
    {
        var document = Parse("""{ "connector": "postgresql", "options": { "host": "h", "password": "p" } }""");
        Assert.That(Repository.Plugins.SecretPointers(document), Is.EqualTo(new[] { "/options/password" }));
        Assert.That(Repository.Plugins.Redact(document).ToJsonString(Reading.Readable), Is.EqualTo("""{"connector":"postgresql","options":{"host":"h","password":"•••"}}"""));
    }

    [TestCase("""{ "connector": "csvv", "options": { "password": "p" }, "store": { "kind": "x", "key": "p" }, "decode": [{ "kind": "y", "key": "p" }] }""")]
    [TestCase("""{ "options": { "password": "p" }, "store": { "key": "p" } }""")]
    public void Nothing_leaves_of_a_plugin_that_is_not_known(string document) =>
        Assert.That(Repository.Plugins.Redact(Parse(document)).ToJsonString(), Does.Not.Contain("\"p\""));

    [Test]
    public void Redaction_keeps_what_is_no_secret()
    {
        const string Document = """{"connector":"csv","options":{"encoding":"gbk"},"store":{"kind":"folder","path":"x"},"decode":["gzip",{"kind":"zip","pattern":"*.csv"}]}""";
        Assert.That(JsonElement.DeepEquals(Parse(Repository.Plugins.Redact(Parse(Document)).ToJsonString()), Parse(Document)), Is.True);
    }

    [Test]
    public void Every_problem_of_a_source_document_is_named_with_its_place()
    {
        var (source, problems) = Repository.Plugins.TryResolve(
            Parse("""{ "connector": "csv", "optoins": {}, "options": { "quote": "xx" }, "store": { "kind": "folder" }, "decode": ["zap", 3] }"""), TimeProvider.System, "/");
        Assert.That(source, Is.Null);
        Assert.That(problems.Select(problem => problem.Pointer), Is.EquivalentTo(new[] { "/optoins", "/options/quote", "/store/path", "/decode/0", "/decode/1/kind" }));
    }

    [Test]
    public void A_store_has_no_meaning_for_a_source_that_reads_no_files() =>
        Assert.That(Repository.Plugins.TryResolve(Parse("""{ "connector": "sqlite", "options": { "path": "x" }, "store": {} }"""), TimeProvider.System, "/").Problems.Single().Pointer, Is.EqualTo("/store"));

    static JsonElement Parse(string document) => JsonDocument.Parse(document).RootElement;

    static void CopyPlugin(string name, string folder)
    {
        foreach (var file in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "connectors", name)))
        {
            Directory.CreateDirectory(Path.Combine(folder, "connectors", name));
            File.Copy(file, Path.Combine(folder, "connectors", name, Path.GetFileName(file)));
        }
    }
}
