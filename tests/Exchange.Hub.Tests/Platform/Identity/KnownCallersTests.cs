using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Exchange.Hub.Platform;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Exchange.Hub.Tests.Platform;

/// <summary>Who holds a token is remembered only while nothing that it rests on has changed.</summary>
public sealed class KnownCallersTests
{
    const string Text = "exh_a-token";
    static readonly TimeSpan patience = TimeSpan.FromSeconds(20);
    static readonly TimeSpan pause = TimeSpan.FromMilliseconds(5);

    readonly FakeTimeProvider time = new();

    [Test]
    public void A_holder_is_remembered_until_it_must_be_asked_again()
    {
        var known = Known();
        known.Remember(Text, Holder(), known.Forgotten);
        Assert.That(IsSignedIn(known), Is.True);
        time.Advance(TimeSpan.FromSeconds(59));
        Assert.That(IsSignedIn(known), Is.True);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(IsSignedIn(known), Is.False);
    }

    [Test]
    public void Nobody_is_remembered_whom_a_change_overtook_while_the_database_was_asked()
    {
        var known = Known();
        var asked = known.Forgotten;
        known.Forget();
        known.Remember(Text, Holder(), asked);
        Assert.That(IsSignedIn(known), Is.False);
    }

    [Test]
    public void A_hub_that_is_deaf_remembers_nobody()
    {
        var known = Known();
        known.Remember(Text, Holder(), known.Forgotten);
        known.Hear(false);
        Assert.That(IsSignedIn(known), Is.False);
        known.Remember(Text, Holder(), known.Forgotten);
        Assert.That(IsSignedIn(known), Is.False);
    }

    [Test]
    public async Task What_changes_behind_the_back_of_every_hub_is_heard_of()
    {
        await using var hub = await TestHub.StartAsync();
        using var client = hub.Bearer(await hub.TokenAsync(Role.Administrator));
        await CallAsync(client, HttpStatusCode.OK);
        await CallAsync(client, HttpStatusCode.OK);
        await hub.Database.ExecuteAsync($"update platform.tokens set revoked_at = now()", [], CancellationToken.None);
        await UntilRefusedAsync(client);
    }

    [Test]
    public async Task Another_hub_hears_that_a_token_was_ended_and_the_hub_that_ended_it_refuses_it_at_once()
    {
        var logins = await TestPostgres.CreateDatabaseAsync();
        var key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        await using var one = await TestHub.StartAsync(options => options with { MasterKey = key }, logins: logins);
        await using var other = await TestHub.StartAsync(options => options with { MasterKey = key }, logins: logins);
        var issued = await one.Services.GetRequiredService<IssueToken>().ExecuteAsync(new TokenRequest("To be ended", Role.Auditor, null), Caller.System, CancellationToken.None);
        using var here = one.Bearer(issued.Token);
        using var there = other.Bearer(issued.Token);
        for (var i = 0; i < 2; i++)
        {
            await CallAsync(here, HttpStatusCode.OK);
            await CallAsync(there, HttpStatusCode.OK);
        }
        await (await one.ClientAsync(Role.Administrator)).DeleteAsync($"/api/v1/tokens/{issued.Id}");
        await CallAsync(here, HttpStatusCode.Unauthorized);
        await UntilRefusedAsync(there);
    }

    KnownCallers Known()
    {
        var known = new KnownCallers(time);
        known.Hear(true);
        return known;
    }

    TokenHolder Holder() => new(new Caller("token:1", "Somebody", Role.Auditor, null), null, time.GetUtcNow() + TimeSpan.FromMinutes(1));

    static bool IsSignedIn(KnownCallers known)
    {
        var context = new DefaultHttpContext();
        context.Request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Text).ToString();
        var isSignedIn = known.SignIn(context);
        Assert.That(Caller.Of(context) is not null, Is.EqualTo(isSignedIn));
        return isSignedIn;
    }

    static async Task CallAsync(HttpClient client, HttpStatusCode expected)
    {
        using var answer = await client.GetAsync("/api/v1/datasets");
        Assert.That(answer.StatusCode, Is.EqualTo(expected));
    }

    static async Task UntilRefusedAsync(HttpClient client)
    {
        using var over = new CancellationTokenSource(patience);
        while ((await client.GetAsync("/api/v1/datasets", over.Token)).StatusCode != HttpStatusCode.Unauthorized)
            await Task.Delay(pause, TimeProvider.System, over.Token);
    }
}
