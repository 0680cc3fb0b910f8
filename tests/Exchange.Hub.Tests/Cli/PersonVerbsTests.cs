using System.Text;
using Exchange.Cli;
using Exchange.Hub.Platform;

namespace Exchange.Hub.Tests.Cli;

/// <summary>People at the command line, against a whole hub: invited by an administrator, signed in by password, signed out.</summary>
public sealed class PersonVerbsTests : IDisposable
{
    readonly TemporaryFolder home = new();

    public void Dispose() => home.Dispose();

    [Test]
    public async Task An_administrator_invites_and_changes_people_by_their_address()
    {
        var hub = await TestHub.SharedAsync();
        var token = await hub.TokenAsync(Role.Administrator);
        var link = await RunAsync(hub, ExitCode.Ok, token, "person", "invite", "mei@cli.example", "Mei Lin", "--role", "steward:tax", "--role", "auditor");
        Assert.That(link, Does.Match(@"^http://127\.0\.0\.1:\d+/welcome\?code=exh_\w+\n$"));
        Assert.That(await RunAsync(hub, ExitCode.Ok, token, "person", "list"), Does.Match(@"mei@cli\.example +Mei Lin +invited +steward:tax, auditor"));
        Assert.That(await RunAsync(hub, ExitCode.Ok, token, "person", "reset", "mei@cli.example"), Does.Contain("/welcome?code=").And.Not.EqualTo(link));
        await RunAsync(hub, ExitCode.Ok, token, "person", "roles", "MEI@cli.example", "--role", "auditor");
        await RunAsync(hub, ExitCode.Ok, token, "person", "deactivate", "mei@cli.example");
        Assert.That(await RunAsync(hub, ExitCode.Ok, token, "person", "list"), Does.Match(@"mei@cli\.example +Mei Lin +deactivated +auditor"));
        await RunAsync(hub, ExitCode.Conflict, token, "person", "deactivate", "mei@cli.example");
        await RunAsync(hub, ExitCode.Ok, token, "person", "reactivate", "mei@cli.example");
        await RunAsync(hub, ExitCode.Ok, token, "person", "sign-out", "mei@cli.example");
        await RunAsync(hub, ExitCode.NotFound, token, "person", "reset", "nobody@cli.example");
    }

    [Test]
    public async Task A_person_signs_in_once_works_without_a_variable_and_signs_out()
    {
        var hub = await TestHub.SharedAsync();
        var person = await Browser.PersonAsync(hub, new PersonRole(Role.Steward, "tax"), new PersonRole(Role.ItStaff, "land"));
        await RunAsync(hub, ExitCode.NotAllowed, null, "whoami");
        asked = new Queue<string>([person.Email, "not the password"]);
        await RunAsync(hub, ExitCode.NotAllowed, null, "sign-in");
        asked = new Queue<string>([person.Email, Browser.Password]);
        await RunAsync(hub, ExitCode.Ok, null, "sign-in", "--role", "it-staff", "--department", "land");
        Assert.That(await RunAsync(hub, ExitCode.Ok, null, "whoami"), Does.Match($@"{person.Name} +it-staff +land"));
        var file = home.Of("exchange", "tokens.json");
        if (!OperatingSystem.IsWindows())
            Assert.That(File.GetUnixFileMode(file), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        var kept = await File.ReadAllTextAsync(file);
        Assert.That(kept, Does.Contain("exh_").And.Not.Contain(Browser.Password));
        await RunAsync(hub, ExitCode.Ok, null, "sign-out");
        await RunAsync(hub, ExitCode.NotAllowed, null, "whoami");
        Assert.That(await File.ReadAllTextAsync(file), Does.Not.Contain("exh_"));
        await RunAsync(hub, ExitCode.NotFound, null, "sign-out");
    }

    Queue<string> asked = new();

    async Task<string> RunAsync(TestHub hub, ExitCode expected, string? token, params string[] line)
    {
        using var output = new MemoryStream();
        using var error = new StringWriter();
        var code = await CliApp.RunAsync(line, new CliHost
        {
            Output = output,
            Error = error,
            Environment = name => name switch
            {
                "EXCHANGE_URL" => hub.Address.ToString(),
                "EXCHANGE_TOKEN" => token,
                "XDG_CONFIG_HOME" => home.Path,
                _ => null,
            },
            Ask = (_, _) => asked.Dequeue(),
        });
        Assert.That(code, Is.EqualTo(expected), $"exchange {string.Join(' ', line)}\n{Encoding.UTF8.GetString(output.ToArray())}{error}");
        return Encoding.UTF8.GetString(output.ToArray());
    }
}
