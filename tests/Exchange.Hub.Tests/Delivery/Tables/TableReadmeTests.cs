using System.Text.RegularExpressions;
using Exchange.Hub.Delivery.Tables;
using Exchange.Sdk;

namespace Exchange.Hub.Tests.Delivery.Tables;

public sealed partial class TableReadmeTests
{
    [Test]
    public void The_readme_lists_every_option_and_no_other()
    {
        var readme = File.ReadAllText(Path.Combine(Corpora.Repository, "src", "Exchange.Hub", "Delivery", "Tables", "README.md"));
        var table = readme[readme.IndexOf("<!-- options:", StringComparison.Ordinal)..readme.IndexOf("<!-- end of options -->", StringComparison.Ordinal)];
        var listed = table.Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal)).SelectMany(line => Name().Matches(line.Split('|')[1]).Select(match => match.Groups["name"].Value));
        Assert.That(listed, Is.EquivalentTo(OptionSet.Of(typeof(TableOptions)).Options.Select(option => option.Name)));
    }

    [GeneratedRegex("`(?<name>[a-zA-Z]+)`", RegexOptions.ExplicitCapture)]
    private static partial Regex Name();
}
