using System.Net;
using System.Net.Http.Json;
using Exchange.Hub.Platform;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Exchange.Hub.Tests.Platform;

/// <summary>Guessing is slow, tells nothing, and locks nobody out.</summary>
public sealed class GuessingTests
{
    static readonly DateTimeOffset Start = new(2026, 5, 4, 8, 0, 0, TimeSpan.Zero);

    [Test]
    public async Task A_stranger_who_guesses_waits_longer_and_longer_and_the_persons_own_browser_never()
    {
        var time = new FakeTimeProvider(Start);
        await using var hub = await TestHub.StartAsync(services: services => services.AddSingleton<TimeProvider>(time));
        var person = await Browser.PersonAsync(hub, new PersonRole(Role.Auditor));
        using var own = new Browser(hub);
        Assert.That(await StatusAsync(own, person.Email, Browser.Password), Is.EqualTo(200));

        using var stranger = new Browser(hub, "203.0.113.9");
        for (var i = 0; i < GuessLimits.FreeTries; i++)
            Assert.That(await StatusAsync(stranger, person.Email, $"guess {i}"), Is.EqualTo(401));
        foreach (var wait in new[] { 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900 })
        {
            using var early = await stranger.SignInAsync(person.Email);
            Assert.That((int)early.StatusCode, Is.EqualTo(429), "even the right password is not looked at");
            Assert.That(early.Headers.RetryAfter!.Delta, Is.EqualTo(TimeSpan.FromSeconds(wait)));
            Assert.That(await StatusAsync(own, person.Email, Browser.Password), Is.EqualTo(200), "the browser that the person has signed in with goes on");
            time.Advance(TimeSpan.FromSeconds(wait));
            Assert.That(await StatusAsync(stranger, person.Email, "another guess"), Is.EqualTo(401));
        }

        time.Advance(GuessLimits.Memory + TimeSpan.FromSeconds(1));
        Assert.That(await StatusAsync(stranger, person.Email, Browser.Password), Is.EqualTo(200), "in the end failures are forgotten");
    }

    [Test]
    public async Task Many_guesses_at_once_are_no_better_than_one_after_the_other()
    {
        await using var hub = await TestHub.StartAsync(services: services => services.AddSingleton<TimeProvider>(new FakeTimeProvider(Start)));
        var person = await Browser.PersonAsync(hub, new PersonRole(Role.Auditor));
        using var stranger = new Browser(hub);
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => StatusAsync(stranger, person.Email, $"guess {i}")));
        Assert.That(answers.Count(status => status == 401), Is.EqualTo(GuessLimits.FreeTries));
        Assert.That(answers.Count(status => status == 429), Is.EqualTo(12 - GuessLimits.FreeTries));
    }

    [Test]
    public async Task Guessing_from_many_networks_is_slowed_at_the_person_and_guessing_at_many_people_at_the_network()
    {
        await using var hub = await TestHub.StartAsync(services: services => services.AddSingleton<TimeProvider>(new FakeTimeProvider(Start)));
        var limits = hub.Services.GetRequiredService<GuessLimits>();
        for (var i = 0; i < GuessLimits.FreeTriesAtPerson; i++)
            await limits.BeginAsync("ONE@CITY.EXAMPLE", null, IPAddress.Parse($"198.51.{i}.1"), CancellationToken.None);
        Assert.That(() => limits.BeginAsync("ONE@CITY.EXAMPLE", null, IPAddress.Parse("192.0.2.1"), CancellationToken.None), Throws.InstanceOf<HubException>().With.Property("Code").EqualTo("sign-in-slowed"));

        for (var i = 0; i < GuessLimits.FreeTriesOfNetwork; i++)
            await limits.BeginAsync($"PERSON{i}@CITY.EXAMPLE", null, IPAddress.Parse($"2001:db8:0:7::{i:x}"), CancellationToken.None);
        Assert.That(() => limits.BeginAsync("OTHER@CITY.EXAMPLE", null, IPAddress.Parse("2001:db8:0:7:ffff::1"), CancellationToken.None), Throws.InstanceOf<HubException>().With.Property("Code").EqualTo("sign-in-slowed"));
        Assert.That(() => limits.BeginAsync("OTHER@CITY.EXAMPLE", null, IPAddress.Parse("2001:db8:0:8::1"), CancellationToken.None), Throws.Nothing);
    }

    [TestCase("203.0.113.77", "203.0.113.0/24")]
    [TestCase("::ffff:203.0.113.77", "203.0.113.0/24")]
    [TestCase("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64")]
    public void Addresses_of_one_network_count_together(string address, string network) =>
        Assert.That(GuessLimits.NetworkOf(IPAddress.Parse(address)), Is.EqualTo(network));

    [Test]
    public async Task An_unknown_address_a_wrong_password_and_a_deactivated_account_are_answered_alike_after_the_same_work()
    {
        var hasher = new CountingHasher();
        await using var hub = await TestHub.StartAsync(services: services => services.AddSingleton<IPasswordHasher<Person>>(hasher));
        var administrator = await hub.ClientAsync(Role.Administrator);
        var (known, gone, waiting) = (await Browser.PersonAsync(hub, new PersonRole(Role.Auditor)), await Browser.PersonAsync(hub, new PersonRole(Role.Auditor)), "waiting@city.example");
        (await administrator.PostAsync($"/api/v1/people/{gone.Id}/deactivate", null)).EnsureSuccessStatusCode().Dispose();
        (await administrator.PostAsJsonAsync("/api/v1/people", new { email = waiting, name = "Waiting", roles = new[] { new { role = "auditor" } } })).EnsureSuccessStatusCode().Dispose();
        using var browser = new Browser(hub);
        var answers = new List<(int, string)>();
        foreach (var (email, password) in new[] { ("nobody@city.example", Browser.Password), (known.Email, "wrong"), (gone.Email, Browser.Password), (waiting, Browser.Password) })
        {
            var before = hasher.Comparisons;
            using var answer = await browser.SignInAsync(email, password);
            var problem = await answer.Content.ReadFromJsonAsync<Problem>();
            answers.Add(((int)answer.StatusCode, problem!.Code + problem.Detail));
            Assert.That(hasher.Comparisons - before, Is.EqualTo(1), email);
        }
        Assert.That(answers.Distinct(), Is.EqualTo(new[] { (401, "sign-in-refused" + StartSession.Refused().Message) }));
    }

    [Test]
    public async Task A_stranger_cannot_fill_the_audit_log()
    {
        var time = new FakeTimeProvider(Start);
        await using var hub = await TestHub.StartAsync(services: services => services.AddSingleton<TimeProvider>(time));
        var person = await Browser.PersonAsync(hub, new PersonRole(Role.Auditor));
        using var stranger = new Browser(hub, "203.0.113.9");
        for (var i = 0; i < 4; i++)
            await StatusAsync(stranger, person.Email, "guess");
        time.Advance(TimeSpan.FromMinutes(1));
        await StatusAsync(stranger, person.Email, "guess");
        for (var i = 0; i < 4; i++)
            await StatusAsync(stranger, $"nobody{i}@city.example", "guess");
        var auditor = await hub.ClientAsync(Role.Auditor);
        Assert.That(await CountsAsync(auditor, $"person:{person.Id}"), Is.EqualTo([4, 1]), "newest first: what came within the minute is told with the next");
        Assert.That(await CountsAsync(auditor, "network:203.0.113.0/24"), Is.EqualTo([1]));
        Assert.That(await auditor.GetStringAsync("/api/v1/audit?type=SignInRefused"), Does.Not.Contain("nobody0"));
    }

    static async Task<int[]> CountsAsync(HttpClient auditor, string subject)
    {
        var page = await auditor.GetFromJsonAsync<System.Text.Json.JsonElement>($"/api/v1/audit?type=SignInRefused&subject={Uri.EscapeDataString(subject)}");
        return [.. page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("event").GetProperty("data").GetProperty("count").GetInt32())];
    }

    static async Task<int> StatusAsync(Browser browser, string email, string password)
    {
        using var answer = await browser.SignInAsync(email, password);
        return (int)answer.StatusCode;
    }

    sealed class CountingHasher : IPasswordHasher<Person>
    {
        readonly PasswordHasher<Person> inner = new(Options.Create(new PasswordHasherOptions { IterationCount = 1000 }));
        int comparisons;

        public int Comparisons => comparisons;

        public string HashPassword(Person user, string password) => inner.HashPassword(user, password);

        public PasswordVerificationResult VerifyHashedPassword(Person user, string hashedPassword, string providedPassword)
        {
            Interlocked.Increment(ref comparisons);
            return inner.VerifyHashedPassword(user, hashedPassword, providedPassword);
        }
    }
}
