using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Exchange.Cli;

namespace Exchange.House.Tests;

/// <summary>The command line's README says what the command line can do, no more and no less.</summary>
[Parallelizable(ParallelScope.All), FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed partial class CliDocumentationTests
{
    const string Begin = "<!-- verbs: written by CliDocumentationTests; set EXCHANGE_ACCEPT=1 to renew -->\n";
    const string End = "<!-- end of verbs -->";

    static readonly string Folder = Path.Combine(Corpora.Repository, "src", "Exchange.Cli");
    static readonly string ReadmePath = Path.Combine(Folder, "README.md");

    [Test]
    public void The_readme_lists_every_verb_with_its_arguments_and_options()
    {
        var readme = File.ReadAllText(ReadmePath);
        var start = readme.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        var end = readme.IndexOf(End, StringComparison.Ordinal);
        Assert.That(end, Is.AtLeast(start), $"README.md keeps the list of verbs between \"{Begin.Trim()}\" and \"{End}\".");
        var expected = Describe(CliApp.BuildRootCommand());
        if (Environment.GetEnvironmentVariable("EXCHANGE_ACCEPT") == "1")
            File.WriteAllText(ReadmePath, readme[..start] + expected + readme[end..]);
        else
            Assert.That(readme[start..end], Is.EqualTo(expected), "Run this test once with EXCHANGE_ACCEPT=1 and look at the difference.");
    }

    [Test]
    public void Every_verb_option_and_argument_is_described_in_one_sentence()
    {
        var symbols = All(CliApp.BuildRootCommand()).SelectMany(command => new Symbol[] { command }.Concat(command.Options).Concat(command.Arguments)).ToList();
        Assert.That(symbols, Has.Count.GreaterThan(40));
        foreach (var symbol in symbols.Where(symbol => !IsBuiltIn(symbol)))
            Assert.That(symbol.Description, Does.Match(@"^[A-Z][^\n]*[^.]\.$").And.Not.Match(@"\. [A-Z]"), symbol.Name);
    }

    [Test]
    public void The_readme_lists_every_exit_code()
    {
        var readme = File.ReadAllText(ReadmePath);
        foreach (var code in Enum.GetValues<ExitCode>())
            Assert.That(readme, Does.Contain($"| {(int)code} |"), code.ToString());
    }

    [Test]
    public void The_readme_lists_every_environment_variable_that_is_read()
    {
        var readme = File.ReadAllText(ReadmePath);
        var names = Directory.EnumerateFiles(Folder, "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .SelectMany(file => EnvironmentVariable().Matches(File.ReadAllText(file)).Select(match => match.Groups["name"].Value))
            .Distinct().ToList();
        Assert.That(names, Does.Contain("EXCHANGE_URL").And.Contain("EXCHANGE_TOKEN"));
        foreach (var name in names)
            Assert.That(readme, Does.Contain($"`{name}`"));
    }

    static string Describe(RootCommand root)
    {
        var text = new StringBuilder("\n");
        foreach (var command in All(root).Where(command => command is not RootCommand && command.Action is not null))
        {
            var arguments = string.Concat(command.Arguments.Select(argument => $" <{argument.Name}>"));
            text.Append(CultureInfo.InvariantCulture, $"### `exchange {PathOf(command)}{arguments}`\n{command.Description}\n\n");
            if (command.Arguments.Count + command.Options.Count == 0)
                continue;
            text.Append("| argument or option | what it does |\n|---|---|\n");
            foreach (var argument in command.Arguments)
                text.Append(CultureInfo.InvariantCulture, $"| `<{argument.Name.Replace("|", "\\|", StringComparison.Ordinal)}>` | {argument.Description} |\n");
            foreach (var option in command.Options)
                text.Append(CultureInfo.InvariantCulture, $"| {Names(option)} | {option.Description}{Details(option)} |\n");
            text.Append('\n');
        }
        return text.ToString();
    }

    static string Names(Option option)
    {
        var names = string.Join(", ", option.Aliases.Prepend(option.Name));
        var value = option.ValueType == typeof(bool) ? "" : $" <{option.HelpName?.Replace("|", "\\|", StringComparison.Ordinal)}>";
        return $"`{names}{value}`";
    }

    static string Details(Option option) =>
        option.Required ? " Required."
        : option.HasDefaultValue && option.GetDefaultValue() is string or int ? $" Default: {option.GetDefaultValue()}."
        : "";

    static IEnumerable<Command> All(Command command) => command.Subcommands.SelectMany(All).Prepend(command);

    static string PathOf(Command command) => command.Parents.OfType<Command>().FirstOrDefault() is { } parent and not RootCommand
        ? $"{PathOf(parent)} {command.Name}"
        : command.Name;

    static bool IsBuiltIn(Symbol symbol) => symbol.Name is "--help" or "--version";

    [GeneratedRegex("nvironment(Variable)?\\(\"(?<name>[A-Z_]+)\"\\)", RegexOptions.ExplicitCapture)]
    private static partial Regex EnvironmentVariable();
}
