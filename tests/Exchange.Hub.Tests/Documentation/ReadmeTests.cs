using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using Exchange.Hub.Platform;
using Exchange.Tests;

namespace Exchange.Hub.Tests.Documentation;

/// <summary>What the README tells a newcomer to type is typed here, literally, and shows what the README says it shows.</summary>
public sealed partial class ReadmeTests
{
    const string Part = "typed by ReadmeTests";

    static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    readonly string home = Directory.CreateTempSubdirectory("exchange-readme-").FullName;

    [TearDown]
    public void Remove() => Directory.Delete(home, recursive: true);

    [Test]
    public async Task The_first_ten_minutes_go_as_the_README_says()
    {
        Corpora.RequireProgram("curl");
        var readme = await File.ReadAllTextAsync(Path.Combine(Corpora.Repository, "README.md"));
        var blocks = Block().Matches(readme[readme.IndexOf($"<!-- {Part} -->", StringComparison.Ordinal)..readme.IndexOf($"<!-- end of {Part} -->", StringComparison.Ordinal)]);
        Assert.That(blocks, Has.Count.GreaterThan(4));
        await using var hub = await TestHub.StartAsync(options => options with { SourcesDirectory = Path.Combine(home, "first") });

        var shown = await TypeAsync(hub, blocks.Select(block => block.Groups["commands"].Value));
        Assert.Multiple(() =>
        {
            foreach (var (block, output) in blocks.Zip(shown))
                Assert.That(output, Does.Match(PatternOf(block.Groups["output"].Value.Trim('\n'))), $"After:\n{block.Groups["commands"].Value}\nthe README shows:\n{block.Groups["output"].Value}");
        });
    }

    /// <summary>Types the blocks into one shell in an empty home, and tells them apart in its output.</summary>
    async Task<string[]> TypeAsync(TestHub hub, IEnumerable<string> blocks)
    {
        const string Between = "@@@ end of block @@@\n";
        var dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        var exchange = $"exchange() {{ '{dotnet}' '{Path.Combine(AppContext.BaseDirectory, "exchange.dll")}' \"$@\"; }}";
        Directory.CreateDirectory(Path.Combine(home, ".local/share"));
        File.CreateSymbolicLink(Path.Combine(home, ".local/share/exchange"), hub.Folder);
        var script = string.Concat(blocks.Select(block => $"{block}printf '{Between.TrimEnd()}\\n'\n"));

        using var shell = new Process
        {
            StartInfo = new ProcessStartInfo("bash", ["-c", $"exec 2>&1\n{exchange}\ncd ~\n{script}"]) { RedirectStandardOutput = true, StandardOutputEncoding = Encoding.UTF8 },
        };
        shell.StartInfo.Environment["HOME"] = home;
        shell.StartInfo.Environment["EXCHANGE_URL"] = hub.Address.ToString().TrimEnd('/');
        shell.StartInfo.Environment["NO_COLOR"] = "1";
        shell.StartInfo.Environment["LC_ALL"] = "C.UTF-8";
        shell.Start();
        var output = await shell.StandardOutput.ReadToEndAsync().WaitAsync(Patience);
        await shell.WaitForExitAsync().WaitAsync(Patience);
        await TestContext.Out.WriteLineAsync(output);
        return [.. output.Split(Between)[..^1].Select(block => string.Join('\n', block.Trim('\n').Split('\n').Select(line => line.Trim())) + "\n")];
    }

    /// <summary>In what the README shows, … stands for anything within a line, and a line of … for any lines.</summary>
    static string PatternOf(string shown)
    {
        var lines = shown.Split('\n').Select(line => line.Trim())
            .Select(line => line == "…" ? "(.*\n)*?" : Regex.Escape(line).Replace("…", ".*", StringComparison.Ordinal) + " *\n");
        return $"^{string.Concat(lines)}$";
    }

    [GeneratedRegex("```sh\n(?<commands>.*?)```\n(\n```text\n(?<output>.*?)\n```)?", RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Block();
}
