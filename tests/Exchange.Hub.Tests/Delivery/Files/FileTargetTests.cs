using System.Text.Json;
using System.Text.RegularExpressions;
using Exchange.Hub.Delivery.Files;
using Exchange.Sdk;

namespace Exchange.Hub.Tests.Delivery.Files;

/// <summary>What is documented of targets of files.</summary>
public sealed class FileTargetTests
{
    const string Readme = "src/Exchange.Hub/Delivery/Files/README.md";

    [Test]
    public void The_readme_holds_the_options_as_they_are() => Approved.Part(Readme, "options", OptionSet.Of(typeof(FileTarget)).MarkdownTable());

    [Test]
    public void The_options_are_told_as_a_schema() => Assert.That(OptionSet.Of(typeof(FileTarget)).JsonSchema().ToJsonString(), Does.Contain("\"hostKeys\""));

    [Test]
    public void Every_target_in_the_readme_is_right()
    {
        var targets = Regex.Matches(Documents.Read(Readme), "```json\n(.*?)```", RegexOptions.Singleline).Select(match => JsonSerializer.Deserialize<JsonElement>(match.Groups[1].Value))
            .Where(example => example.TryGetProperty("target", out _)).Select(example => example.GetProperty("target")).ToList();
        Assert.That(targets, Has.Count.GreaterThanOrEqualTo(2));
        foreach (var target in targets)
        {
            var problems = new List<OptionProblem>();
            OptionSet.Of(typeof(FileTarget)).Bind(target, "/target", problems);
            Assert.That(problems, Is.Empty);
        }
    }
}
