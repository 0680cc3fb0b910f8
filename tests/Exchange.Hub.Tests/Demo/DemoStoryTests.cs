using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using Exchange.Cli;
using Exchange.Hub.Demo;
using Exchange.Tests;

namespace Exchange.Hub.Tests.Demo;

[Parallelizable(ParallelScope.All)]
public sealed class DemoStoryTests
{
    [Test, CancelAfter(180_000)]
    public async Task The_story_of_a_small_city_comes_out_as_its_data_says(CancellationToken cancellationToken)
    {
        var terminal = new StringWriter();
        var code = await DemoCommand.RunAsync(
            new DemoOptions(Once: true, People: 1500, Port: 0), HubApp.BuildAsync, terminal, TimeProvider.System, cancellationToken);

        var told = terminal.ToString();
        TestContext.Out.WriteLine(told);
        Assert.That(code, Is.Zero, told);
        Assert.That(told, Does.Contain("Everything came out as the data says it must."));
        Assert.That(told, Does.Match("day 5 +marriages +held .*男方身份证号"), "the drift guard names the column");
        Assert.That(told, Does.Match("day 6 +residents +held "));
        Assert.That(told, Does.Match(" 6 +invalid-date "));
        Assert.That(told, Does.Contain("section 81: what a person earns is kept secret"), "the refusal cites the stored law");
        foreach (var end in new[] { "under-review", "granted +suspended", "granted +revoked", "granted +expired", "granted +active", "refused", "extended", "upheld", "approved", "withdrawn", "draft" })
            Assert.That(told, Does.Match($"(?m)^  [a-z-]+ +[a-z]+ +[a-z-]+ +{end}$"), "one request of each kind");
    }

    [Test, CancelAfter(180_000)]
    public async Task The_smallest_city_lives_on_and_prints_calls_that_can_be_pasted_into_another_terminal(CancellationToken cancellationToken)
    {
        Corpora.RequireProgram("curl");
        using var ctrlC = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var terminal = new Terminal("Ctrl+C ends the demo.");
        var demo = DemoCommand.RunAsync(
            DemoOptions.Parse(["--people", "1000", "--port", "0"]), HubApp.BuildAsync, terminal, TimeProvider.System, ctrlC.Token);
        await Task.WhenAny(demo, terminal.Said);
        var lines = terminal.ToString().Split('\n').Select(line => line.Trim()).ToList();
        var answers = new List<string>();
        foreach (var line in lines.Where(line => line.StartsWith("curl ", StringComparison.Ordinal) || line.StartsWith("TOKEN=", StringComparison.Ordinal)))
            answers.Add(await TypeAsync(line, cancellationToken));
        var shown = await TypeExchangeAsync(lines, cancellationToken);
        var afterwards = await TypeAsync(lines.First(line => line.StartsWith("TOKEN=", StringComparison.Ordinal)), cancellationToken);
        await ctrlC.CancelAsync();

        Assert.That(await demo, Is.Zero, terminal.ToString());
        Assert.That(terminal.ToString(), Does.Contain("Everything came out as the data says it must.").And.EndWith("The demo was ended.\n"));
        Assert.That(answers, Has.Count.EqualTo(4), terminal.ToString());
        Assert.That(answers[0], Does.StartWith("{\"items\":[{\"key\":").And.Contain("\"status\":\"revoked\""));
        Assert.That(answers[1].TrimEnd('\n').Split('\n'), Has.Length.EqualTo(10).And.All.StartWith("{\"address\":"));
        Assert.That(answers[2], Does.StartWith("{\"items\":[{\"op\":\"upsert\"").And.Contain("\"more\":true"));
        Assert.That(answers[3], Does.Match("\"record\":\\{\"bornOn\":\"?[0-9]{4}\"?,\"division\":\"990102\",\"name\":"), "the system reads through its grant");
        Assert.That(shown, Has.Count.EqualTo(4).And.All.Not.Empty);
        Assert.That(shown[0], Does.Contain("is granted").And.Contain("verify"));
        Assert.That(shown[1], Does.StartWith("Yes").And.Contain("/bornOn (year)").And.Contain("/division eq 990102"));
        Assert.That(shown[2], Does.Contain("decide-request"));
        Assert.That(shown[3], Does.Contain("is revoked"));
        Assert.That(afterwards, Does.Contain("grant-revoked"));
    }

    /// <summary>Runs the printed lines of the command line in this process, with the environment that they export.</summary>
    static async Task<List<string>> TypeExchangeAsync(List<string> lines, CancellationToken cancellationToken)
    {
        var environment = lines.Single(line => line.StartsWith("export ", StringComparison.Ordinal)).Split(' ')[1..]
            .Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        var shown = new List<string>();
        foreach (var line in lines.Where(line => line.StartsWith("exchange ", StringComparison.Ordinal)))
        {
            using var output = new MemoryStream();
            var error = new StringWriter();
            var code = await CliApp.RunAsync(
                [.. Regex.Matches(line["exchange ".Length..], "'([^']*)'|\\S+").Select(word => word.Value.Trim('\''))],
                new CliHost { Output = output, Error = error, Environment = environment.GetValueOrDefault }, cancellationToken);
            Assert.That(code, Is.EqualTo(ExitCode.Ok), $"{line}\n{error}");
            shown.Add(Encoding.UTF8.GetString(output.ToArray()));
        }
        return shown;
    }

    static async Task<string> TypeAsync(string line, CancellationToken cancellationToken)
    {
        using var shell = Process.Start(new ProcessStartInfo("bash", ["-c", line]) { RedirectStandardOutput = true })!;
        var shown = await shell.StandardOutput.ReadToEndAsync(cancellationToken);
        await shell.WaitForExitAsync(cancellationToken);
        return shown;
    }

    /// <summary>A terminal that notices when something was said.</summary>
    sealed class Terminal(string awaited) : StringWriter
    {
        readonly TaskCompletionSource said = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Said => said.Task;

        public override void WriteLine(string? value)
        {
            lock (said)
                base.WriteLine(value);
            if (value?.EndsWith(awaited, StringComparison.Ordinal) == true)
                said.TrySetResult();
        }

        public override string ToString()
        {
            lock (said)
                return base.ToString();
        }
    }
}
