using System.Text;
using Exchange.Cli;
using Exchange.Hub.Platform;
using Exchange.Hub.Tests.Delivery.Lookup;

namespace Exchange.Hub.Tests.Cli;

/// <summary>Somebody at a counter with the command line, and somebody without a hub who holds a licence.</summary>
public sealed class LookupVerbsTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("exchange-lookup-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Test]
    public async Task A_key_on_standard_input_finds_a_record_and_claims_are_verified()
    {
        var counter = await Counter.OpenAsync(hub: await TestHub.SharedAsync());
        await counter.Stage.IssueAsync(Counter.Shown);
        var (hub, name) = (counter.Stage.Hub, counter.Stage.Dataset.Name);
        var token = await hub.TokenAsync(Role.Subscriber, counter.Stage.Consumer);
        Assert.That(await RunAsync(hub, token, $"lookup {name} - --case C-1", ExitCode.Ok, "a\n"), Does.Contain("\"name\": \"Li\""));
        Assert.That(await RunAsync(hub, token, $"lookup {name} --field /district=north", ExitCode.Ok), Does.Contain("\"key\": \"a\""));
        Assert.That(await RunAsync(hub, token, $"lookup {name} z", ExitCode.NotFound), Does.Contain("no such record"));
        Assert.That(await RunAsync(hub, token, $"verify {name} a --claim /name=Li --claim /district=north", ExitCode.Ok), Does.StartWith("yes"));
        Assert.That(await RunAsync(hub, token, $"verify {name} a --claim /name=Wang", ExitCode.Failed), Does.StartWith("no "));
        Assert.That(await RunAsync(hub, token, $"verify {name} z --claim /name=Li", ExitCode.NotFound), Does.StartWith("not-found"));
        Assert.That(await RunAsync(hub, token, $"verify {name} --question -", ExitCode.Ok, """{"key":"a","claims":{"/name":"Li"}}"""), Does.StartWith("yes"));
    }

    [Test]
    public async Task A_licence_is_issued_and_verified_without_the_hub()
    {
        var counter = await Counter.OpenAsync(licenceDays: 30, hub: await TestHub.SharedAsync());
        await counter.Stage.IssueAsync(Counter.Shown);
        var hub = counter.Stage.Hub;
        var token = await hub.TokenAsync(Role.Subscriber, counter.Stage.Consumer);
        var licence = (await RunAsync(hub, token, $"licence issue {counter.Stage.Dataset.Name} - --case C-1 --valid-for-days 3", ExitCode.Ok, "a\n")).Split('\n')[0];
        using var anybody = hub.Anonymous();
        var keys = Write("jwks.json", await anybody.GetStringAsync("/.well-known/jwks.json"));
        var file = Write("licence.jws", licence);
        Assert.That(await RunAsync(null, null, $"licence verify {file} --keys {keys}", ExitCode.Ok), Does.Contain("not checked").And.Contain("\"case\": \"C-1\""));
        Assert.That(await RunAsync(hub, null, $"licence verify {file} --keys {keys} --hub", ExitCode.Ok), Does.Contain("The hub says: valid"));
        Assert.That(await RunAsync(null, null, $"licence verify {file} --keys {keys} --issuer https://other.example", ExitCode.Failed), Does.Contain("another issued it"));
        Assert.That(await RunAsync(null, null, $"licence verify {Write("bent.jws", licence[..^4] + "AAAA")} --keys {keys}", ExitCode.Failed), Does.Contain("altered"));
        Assert.That(await RunAsync(null, null, $"licence verify {file} --keys {file}", ExitCode.Usage), Does.Contain("public keys"));
    }

    string Write(string name, string content)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllText(path, content);
        return path;
    }

    static async Task<string> RunAsync(TestHub? hub, string? token, string line, ExitCode expected, string input = "")
    {
        using var output = new MemoryStream();
        using var error = new StringWriter();
        var code = await CliApp.RunAsync(line.Split(' '), new CliHost
        {
            Output = output,
            Error = error,
            Input = new StringReader(input),
            Environment = name => name switch { "EXCHANGE_URL" => hub?.Address.ToString() ?? "http://127.0.0.1:1", "EXCHANGE_TOKEN" => token, _ => null },
        });
        var said = Encoding.UTF8.GetString(output.ToArray()) + error;
        Assert.That(code, Is.EqualTo(expected), $"exchange {line}\n{said}");
        return said;
    }
}
