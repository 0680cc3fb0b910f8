using System.Text.Json;
using System.Text.RegularExpressions;
using Exchange.Sdk;

namespace Exchange.Connectors.Tests;

public sealed class ReadmeTests
{
    public static IEnumerable<string> Names => Repository.ConnectorFolders.Select(folder => Path.GetFileName(folder)!);

    [TestCaseSource(nameof(Names))]
    public void Readme_holds_the_options_table_as_it_is(string name)
    {
        var info = Repository.Plugins.Connectors.Values.Select(plugin => plugin.Info)
            .Concat(Repository.Plugins.Stores.Values.Select(plugin => plugin.Info))
            .Concat(Repository.Plugins.Decoders.Values.Select(plugin => plugin.Info))
            .Single(info => info.OptionsType.Assembly.GetName().Name == $"Exchange.Connectors.{name}");
        var table = OptionSet.Of(info.OptionsType).MarkdownTable();
        if (TestCases.Accept)
            File.WriteAllText(PathOf(name), Regex.Replace(ReadmeOf(name), @"(?<=\n)\| option \|.*\n(\|.*\n)*", table.Replace("$", "$$", StringComparison.Ordinal)));
        Assert.That(ReadmeOf(name), Does.Contain(table));
    }

    [TestCaseSource(nameof(Names))]
    public void Every_source_document_in_a_readme_is_right(string name)
    {
        var examples = Regex.Matches(ReadmeOf(name), "```json\n(.*?)```", RegexOptions.Singleline).Select(match => match.Groups[1].Value).ToList();
        Assert.That(examples, Is.Not.Empty);
        foreach (var example in examples)
        {
            var (_, problems) = Repository.Plugins.TryResolve(JsonDocument.Parse(example).RootElement, TimeProvider.System, Repository.Root);
            Assert.That(problems, Is.Empty, example);
        }
    }

    static string ReadmeOf(string name) => File.ReadAllText(PathOf(name));

    static string PathOf(string name) => Path.Combine(Repository.Root, "connectors", name, "README.md");
}
