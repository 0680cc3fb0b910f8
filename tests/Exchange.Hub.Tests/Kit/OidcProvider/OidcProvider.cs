using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;

namespace Exchange.Hub.Tests;

/// <summary>
/// An OpenID Connect provider that is none of ours, npm's oidc-provider, as a process of its own on the loopback. One
/// process serves all tests; each fixture makes a realm there, an issuer of its own.
/// </summary>
public sealed class OidcProvider : IAsyncDisposable
{
    /// <summary>How the hub is known there; as in provider.mjs.</summary>
    public const string ClientId = "exchange";

    /// <summary>The hub's secret there; as in provider.mjs.</summary>
    public const string ClientSecret = "secret-of-the-hub-at-the-provider";

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    static readonly string Folder = Path.Combine(Corpora.Repository, "tests/Exchange.Hub.Tests/Kit/OidcProvider");
    static readonly Lazy<Task<OidcProvider>> Shared = new(StartAsync);

    readonly Process process;
    readonly HttpClient control;

    /// <summary>Whatever it says later is read away, so that it never waits for a reader.</summary>
    readonly Task rest;

    OidcProvider(Process process, Uri address)
    {
        this.process = process;
        rest = process.StandardOutput.ReadToEndAsync();
        control = new HttpClient { BaseAddress = new Uri(address, "control/") };
    }

    /// <summary>Makes a realm. Without Node.js or the packages the test is left out on a laptop and fails in CI.</summary>
    public static async Task<OidcRealm> MakeRealmAsync()
    {
        Corpora.RequireProgram("node");
        if (!Directory.Exists(Path.Combine(Folder, "node_modules")))
            Corpora.Missing($"the OpenID Connect provider is not installed; run npm ci in {Folder}");
        var provider = await Shared.Value;
        var name = Guid.NewGuid().ToString("N");
        await provider.SendAsync(HttpMethod.Put, name, null);
        return new OidcRealm(provider, name, new Uri(provider.control.BaseAddress!, "../" + name));
    }

    /// <summary>Ends the process, if any test needed it.</summary>
    public static async Task StopSharedAsync()
    {
        if (Shared is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
            await (await Shared.Value).DisposeAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        control.Dispose();
        process.StandardInput.Close();
        await process.WaitForExitAsync().WaitAsync(Patience);
        await rest;
        process.Dispose();
    }

    internal async Task SendAsync(HttpMethod method, string path, object? body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        using var answer = await control.SendAsync(request);
        Assert.That((int)answer.StatusCode, Is.EqualTo(204), await answer.Content.ReadAsStringAsync());
    }

    static async Task<OidcProvider> StartAsync()
    {
        const string Ready = "listening on ";
        var process = Process.Start(new ProcessStartInfo("node", ["provider.mjs"]) { WorkingDirectory = Folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var said = new List<string>();
        process.ErrorDataReceived += (_, line) => said.Add(line.Data ?? "");
        process.BeginErrorReadLine();
        while (await process.StandardOutput.ReadLineAsync().WaitAsync(Patience) is { } line)
        {
            if (!line.StartsWith(Ready, StringComparison.Ordinal))
                continue;
            return new OidcProvider(process, new Uri(line[Ready.Length..]));
        }
        await process.WaitForExitAsync().WaitAsync(Patience);
        throw new InvalidOperationException($"The provider ended: {string.Join('\n', said)}");
    }
}

/// <summary>One issuer at the provider, with accounts of its own.</summary>
public sealed class OidcRealm(OidcProvider provider, string name, Uri issuer)
{
    /// <summary>Its issuer identifier: what the hub's setting <c>oidcAuthority</c> takes.</summary>
    public string Issuer => issuer.AbsoluteUri;

    /// <summary>Makes or changes an account; it signs in by its subject, with any password.</summary>
    public Task SetAccountAsync(string subject, string email, bool verified = true) =>
        provider.SendAsync(HttpMethod.Put, $"{name}/accounts/{subject}", new { email, email_verified = verified, name = subject });

    /// <summary>From now on bends the ID tokens of an account, as somebody would who stands between the provider and the hub.</summary>
    /// <param name="subject">The account.</param>
    /// <param name="forgery">Members <c>claims</c> (replace those of the token), <c>header.alg</c> (<c>none</c>: no signature), <c>key</c> (<c>foreign</c>: signed by a key that is not the provider's).</param>
    public Task ForgeAsync(string subject, object forgery) => provider.SendAsync(HttpMethod.Put, $"{name}/forgeries/{subject}", forgery);

    /// <summary>Replaces the key that ID tokens are signed with.</summary>
    public Task RotateKeyAsync() => provider.SendAsync(HttpMethod.Post, $"{name}/keys", null);

    /// <summary>Lets somebody sign in at the provider, where the hub has sent the browser.</summary>
    /// <param name="browser">Their browser.</param>
    /// <param name="start">Where the hub sent it.</param>
    /// <param name="subject">The account.</param>
    /// <returns>Where the provider sends the browser back to.</returns>
    public async Task<Uri> SignInAsync(Browser browser, Uri start, string subject)
    {
        var place = start;
        while (place.Authority == issuer.Authority)
        {
            using var page = await browser.Client.GetAsync(place);
            using var form = page.StatusCode == HttpStatusCode.OK
                ? await browser.Client.PostAsync(place, new FormUrlEncodedContent(new Dictionary<string, string> { ["prompt"] = "login", ["login"] = subject, ["password"] = "any" }))
                : page;
            place = new Uri(place, form.Headers.Location ?? throw new InvalidOperationException(await form.Content.ReadAsStringAsync()));
        }
        return place;
    }
}
