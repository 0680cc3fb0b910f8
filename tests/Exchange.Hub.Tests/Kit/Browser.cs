using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Exchange.Hub.Platform;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace Exchange.Hub.Tests;

/// <summary>Somebody at a browser: it keeps cookies, and says that its requests come from the hub's own pages.</summary>
public sealed class Browser : IDisposable
{
    /// <summary>A password that the rules take.</summary>
    public const string Password = "turnip lantern orbit 47";

    static int count;

    readonly HttpClientHandler transport = new() { AllowAutoRedirect = false, UseCookies = true };

    /// <param name="hub">Where it goes.</param>
    /// <param name="address">Where it seems to come from, as a proxy on the hub's machine would say; null for a network of its own.</param>
    public Browser(TestHub hub, string? address = null)
    {
        Client = new HttpClient(transport) { BaseAddress = hub.Address };
        Client.DefaultRequestHeaders.Add("Sec-Fetch-Site", "same-origin");
        var number = Interlocked.Increment(ref count);
        Client.DefaultRequestHeaders.Add("X-Forwarded-For", address ?? $"10.{number / 256}.{number % 256}.1");
        Client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("TestBrowser", "1.0"));
    }

    /// <summary>What the browser sends by.</summary>
    public HttpClient Client { get; }

    /// <summary>The cookies that it keeps.</summary>
    public CookieContainer Cookies => transport.CookieContainer;

    /// <summary>Enters a person who has joined, with <see cref="Password"/>; the address is nobody else's.</summary>
    public static async Task<Person> PersonAsync(TestHub hub, params PersonRole[] roles)
    {
        await using var scope = hub.Services.CreateAsyncScope();
        var (people, users) = (scope.ServiceProvider.GetRequiredService<PersonStore>(), scope.ServiceProvider.GetRequiredService<UserManager<Person>>());
        var number = Interlocked.Increment(ref count);
        var now = scope.ServiceProvider.GetRequiredService<TimeProvider>().GetUtcNow();
        var person = new Person { Id = Guid.CreateVersion7(now), Email = $"person{number}@city.example", Name = $"Person {number}", CreatedAt = now, CreatedBy = "Test", JoinedAt = now, Roles = roles };
        await people.InTransactionAsync(async _ => Assert.That((await users.CreateAsync(person, Password)).Succeeded), CancellationToken.None);
        return person;
    }

    /// <summary>A browser in which a new person of these roles has signed in.</summary>
    public static async Task<Browser> SignedInAsync(TestHub hub, params PersonRole[] roles)
    {
        var browser = new Browser(hub);
        using var answer = await browser.SignInAsync((await PersonAsync(hub, roles)).Email);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK), await answer.Content.ReadAsStringAsync());
        return browser;
    }

    /// <summary>Tries to sign in.</summary>
    public Task<HttpResponseMessage> SignInAsync(string email, string password = Password, string? code = null) =>
        Client.PostAsJsonAsync("/api/v1/session", new { email, password, code });

    /// <summary>Whether the hub knows who is at the browser.</summary>
    public async Task<bool> IsSignedInAsync()
    {
        using var answer = await Client.GetAsync("/api/v1/whoami");
        return answer.StatusCode == HttpStatusCode.OK;
    }

    public void Dispose() => Client.Dispose();
}
