using System.Diagnostics;
using Exchange.Tests;

namespace Exchange.House.Tests;

/// <summary><c>.ci/run</c> adds up what the test projects report. The programs that it calls are stood in for.</summary>
public sealed class ContinuousIntegrationTests
{
    [Test]
    public async Task Counts_of_all_projects_are_added_up() =>
        Assert.That(
            await RunAsync(0, "Passed!  - Failed:     0, Passed:  1049, Skipped:     0, Total:  1049, Duration: 1 s - A.dll (net10.0)", "noise", "Passed!  - Failed:     0, Passed:     7, Skipped:     0, Total:     7, Duration: 2 s - B.dll (net10.0)"),
            Is.EqualTo((0, "1056 passed, 0 failed")));

    [Test]
    public async Task A_failure_in_one_project_fails_the_whole() =>
        Assert.That(
            await RunAsync(1, "Failed!  - Failed:     2, Passed:     5, Skipped:     1, Total:     8, Duration: 1 s - A.dll (net10.0)", "Passed!  - Failed:     0, Passed:     3, Skipped:     0, Total:     3, Duration: 1 s - B.dll (net10.0)"),
            Is.EqualTo((1, "8 passed, 2 failed, 1 skipped")));

    [Test]
    public async Task A_project_that_broke_before_it_reported_fails_the_whole() =>
        Assert.That(
            await RunAsync(1, "Passed!  - Failed:     0, Passed:     5, Skipped:     0, Total:     5, Duration: 1 s - A.dll (net10.0)", "The active test run was aborted."),
            Is.EqualTo((1, "5 passed, 1 failed")));

    [Test]
    public async Task What_failed_is_told_again_at_the_end()
    {
        var lines = await LinesAsync(1, "  Failed Sums_add_up [12 ms]", "  Error Message:", "   Expected: 4", "Failed!  - Failed:     1, Passed:     5, Skipped:     0, Total:     6, Duration: 1 s - A.dll (net10.0)", "noise");
        Assert.That(lines.Lines[^4..], Is.EqualTo(new[] { "  Failed Sums_add_up [12 ms]", "  Error Message:", "   Expected: 4", "5 passed, 1 failed" }));
    }

    [Test]
    public async Task Nothing_run_is_a_failure() =>
        Assert.That(await RunAsync(0, "Build succeeded."), Is.EqualTo((1, "0 passed, 1 failed")));

    static async Task<(int ExitCode, string LastLine)> RunAsync(int exitCode, params string[] lines)
    {
        var run = await LinesAsync(exitCode, lines);
        return (run.ExitCode, run.Lines[^1]);
    }

    static async Task<(int ExitCode, string[] Lines)> LinesAsync(int exitCode, params string[] lines)
    {
        var standIns = $"dotnet() {{ [ \"$*\" = test ] || return 99; cat <<'end'\n{string.Join('\n', lines)}\nend\nreturn {exitCode}; }}\ninitdb() {{ :; }}\ncurl() {{ :; }}\npython3() {{ :; }}\nsshd() {{ :; }}\nnode() {{ :; }}\nnpm() {{ [ \"$1\" = ci ]; }}\nexport -f dotnet initdb curl python3 sshd node npm\n";
        using var run = new Process { StartInfo = new ProcessStartInfo("bash", ["-c", standIns + Path.Combine(Corpora.Repository, ".ci/run")]) { RedirectStandardOutput = true, RedirectStandardError = true } };
        run.Start();
        var output = await run.StandardOutput.ReadToEndAsync();
        var error = await run.StandardError.ReadToEndAsync();
        await run.WaitForExitAsync();
        Assert.That(error, Is.Empty);
        return (run.ExitCode, output.TrimEnd('\n').Split('\n'));
    }
}
