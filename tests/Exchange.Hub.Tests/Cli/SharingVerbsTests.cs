using Exchange.Cli;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing.Use;
using Exchange.Hub.Tests.Sharing;
using Exchange.Hub.Tests.Sharing.Requests;
using Microsoft.Extensions.DependencyInjection;

namespace Exchange.Hub.Tests.Cli;

/// <summary>Two departments and an administrator at their command lines, from a policy to a revoked grant.</summary>
public sealed class SharingVerbsTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("exchange-sharing-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Test]
    public async Task A_request_goes_from_file_to_grant_and_the_grant_is_revoked()
    {
        var dataset = await OfferedDataset.CreateAsync(policy: null);
        var steward = await dataset.Hub.TokenAsync(Role.Steward, dataset.Provider);
        var requester = await dataset.Hub.TokenAsync(Role.ItStaff, dataset.Consumer);
        var administrator = await dataset.Hub.TokenAsync(Role.Administrator);
        Task<string> SayAsync(string token, string line, ExitCode expected = ExitCode.Ok) => Typed.RunAsync(dataset.Hub, token, line, expected);

        Assert.That(await SayAsync(requester, $"policy show {dataset.Name}"), Does.Contain("\"offered\": false"));
        await SayAsync(steward, $"policy set {dataset.Name} {Write("policy.json", """{"class":"conditional","modes":["lookup","query"]}""")}");

        var file = Write("request.json", RequestClient.Application(dataset).ToJsonString());
        var request = (await SayAsync(requester, $"request draft {file}")).Split(' ')[1];
        Assert.That(await SayAsync(requester, $"request amend {request} {file} --revision 1"), Does.Contain("is draft, revision 2."));
        Assert.That(await SayAsync(requester, $"request amend {request} {file} --revision 1", ExitCode.Conflict), Does.Contain("revision 2"));
        Assert.That(await SayAsync(requester, $"request submit {request}"), Does.Contain("is submitted"));
        Assert.That(await SayAsync(administrator, $"request return {request} --missing /retention␣says␣nothing␣about␣copies"), Does.Contain("is returned"));
        await SayAsync(requester, $"request submit {request}");
        Assert.That(await SayAsync(administrator, $"request pre-check {request}"), Does.Contain("is under-review"));
        Assert.That(await SayAsync(steward, "task"), Does.Contain("decide-request").And.Contain($"request {request}"));
        Assert.That(await SayAsync(requester, $"request approve {request}", ExitCode.NotAllowed), Does.Contain("steward"));
        Assert.That(await SayAsync(steward, $"request approve {request} --reason Needed"), Does.Contain("is approved"));
        await SayAsync(steward, $"request agree {request}");
        Assert.That(await SayAsync(requester, $"request verify {request}"), Does.Contain("is granted"));
        Assert.That(await SayAsync(requester, $"request show {request}"), Does.Contain("says nothing about copies").And.Contain("Benefits Act, section 7"));
        Assert.That(await SayAsync(requester, "request --state under-review"), Does.Not.Contain(request));

        Assert.That(await SayAsync(requester, $"records {dataset.Name} --purpose advertising --case (2026)津01-5", ExitCode.NotAllowed), Does.Contain("advertising"));
        await dataset.Hub.Services.GetRequiredService<UseWriter>().FlushAsync(CancellationToken.None);
        var use = await OfferedDataset.SendAsync(await dataset.StewardAsync(), HttpMethod.Get, $"datasets/{dataset.Name}/use");
        Assert.That(use.GetProperty("items")[0].GetProperty("case").GetString(), Is.EqualTo("(2026)津01-5"));

        var grant = (await SayAsync(requester, $"grant --dataset {dataset.Name}")).Split('\n')[1].Split(' ')[0];
        Assert.That(await SayAsync(steward, $"grant revoke {grant} --reason Misuse"), Does.Contain("is revoked"));
    }

    string Write(string name, string text)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllText(path, text);
        return path;
    }
}
