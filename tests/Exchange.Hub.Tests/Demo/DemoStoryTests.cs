using System.Diagnostics;
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
            new DemoOptions(Once: true, People: 1500, Port: 0), (options, token) => HubApp.BuildAsync(options, cancellationToken: token), terminal, TimeProvider.System, cancellationToken);

        var told = terminal.ToString();
        TestContext.Out.WriteLine(told);
        Assert.That(code, Is.Zero, told);
        Assert.That(told, Does.Contain("Everything came out as the data says it must."));
        Assert.That(told, Does.Match("day 5 +marriages +held .*男方身份证号"), "the drift guard names the column");
        Assert.That(told, Does.Match("day 6 +residents +held "));
        Assert.That(told, Does.Match(" 6 +invalid-date "));
    }

    [Test, CancelAfter(180_000)]
    public async Task The_smallest_city_lives_on_and_prints_calls_that_can_be_pasted_into_another_terminal(CancellationToken cancellationToken)
    {
        Corpora.RequireProgram("curl");
        using var ctrlC = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var terminal = new Terminal("Ctrl+C ends the demo.");
        var demo = DemoCommand.RunAsync(
            DemoOptions.Parse(["--people", "1000", "--port", "0"]), (options, token) => HubApp.BuildAsync(options, cancellationToken: token), terminal, TimeProvider.System, ctrlC.Token);
        await Task.WhenAny(demo, terminal.Said);
        var lines = terminal.ToString().Split('\n').Select(line => line.Trim()).Where(line => line.StartsWith("curl ", StringComparison.Ordinal)).ToList();
        var answers = new List<string>();
        foreach (var line in lines)
            answers.Add(await TypeAsync(line, cancellationToken));
        await ctrlC.CancelAsync();

        Assert.That(await demo, Is.Zero, terminal.ToString());
        Assert.That(terminal.ToString(), Does.Contain("Everything came out as the data says it must.").And.EndWith("The demo was ended.\n"));
        Assert.That(answers, Has.Count.EqualTo(3), terminal.ToString());
        Assert.That(answers[0], Does.StartWith("{\"items\":[{\"key\":").And.Contain("\"status\":\"revoked\""));
        Assert.That(answers[1].TrimEnd('\n').Split('\n'), Has.Length.EqualTo(10).And.All.StartWith("{\"address\":"));
        Assert.That(answers[2], Does.StartWith("{\"items\":[{\"op\":\"upsert\"").And.Contain("\"more\":true"));
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
