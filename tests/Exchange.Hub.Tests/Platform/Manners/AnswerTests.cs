using System.IO.Compression;
using System.Net;
using Exchange.Hub.Platform;

namespace Exchange.Hub.Tests.Platform;

/// <summary>What answers of the API have in common: codings, tags, links, languages, forms.</summary>
public sealed class AnswerTests
{
    [TestCase("gzip")]
    [TestCase("br")]
    public async Task Documents_are_compressed_for_whoever_takes_it_and_say_so(string coding)
    {
        var client = await (await TestHub.SharedAsync()).ClientAsync(Role.Auditor);
        using var plain = await client.GetAsync("/openapi/v1.json");
        using var answer = await GetAsync(client, "/openapi/v1.json", ("Accept-Encoding", coding));

        Assert.That(answer.Content.Headers.ContentEncoding, Is.EqualTo(new[] { coding }));
        Assert.That(plain.Content.Headers.ContentEncoding, Is.Empty);
        Assert.That(new[] { plain, answer }.Select(each => each.Headers.Vary.Contains("Accept-Encoding")), Is.All.True);
        var body = await answer.Content.ReadAsStreamAsync();
        using var reader = new StreamReader(coding == "br" ? new BrotliStream(body, CompressionMode.Decompress) : new GZipStream(body, CompressionMode.Decompress));
        Assert.That(await reader.ReadToEndAsync(), Is.EqualTo(await plain.Content.ReadAsStringAsync()));
        Assert.That(answer.Headers.ETag, Is.EqualTo(plain.Headers.ETag), "a weak tag is the same for all codings");
    }

    [Test]
    public async Task Pages_are_never_compressed()
    {
        using var client = (await TestHub.SharedAsync()).Anonymous();
        using var answer = await GetAsync(client, "/sign-in", ("Accept-Encoding", "gzip"));
        Assert.That((answer.StatusCode, answer.Content.Headers.ContentEncoding.Count), Is.EqualTo((HttpStatusCode.OK, 0)));
    }

    [Test]
    public async Task A_document_that_the_client_has_is_not_sent_again()
    {
        var client = await (await TestHub.SharedAsync()).ClientAsync(Role.Auditor);
        using var first = await client.GetAsync("/api/v1/whoami");
        Assert.That(first.Headers.ETag!.IsWeak);
        using var second = await GetAsync(client, "/api/v1/whoami", ("If-None-Match", $"\"other\", {first.Headers.ETag}"));
        using var changed = await GetAsync(client, "/api/v1/whoami", ("If-None-Match", "W/\"other\""));
        Assert.That((second.StatusCode, (await second.Content.ReadAsByteArrayAsync()).Length), Is.EqualTo((HttpStatusCode.NotModified, 0)));
        Assert.That(changed.StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task Pages_of_a_list_are_linked_to_the_next_and_the_first()
    {
        var hub = await TestHub.SharedAsync();
        var client = await hub.ClientAsync(Role.Auditor);
        await hub.TokenAsync(Role.Auditor);
        using var first = await client.GetAsync("/api/v1/audit?limit=1&type=TokenIssued");
        var link = first.Headers.GetValues("Link").Single();
        Assert.That(link, Does.Match("^</api/v1/audit\\?limit=1&type=TokenIssued&before=[0-9]+>; rel=\"next\"$"));
        using var second = await client.GetAsync(link[1..link.IndexOf('>', StringComparison.Ordinal)]);
        Assert.That(second.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(second.Headers.GetValues("Link").Single(), Does.EndWith("</api/v1/audit?limit=1&type=TokenIssued>; rel=\"first\""));
    }

    [TestCase("zh-CN,zh;q=0.9,en;q=0.8", "未找到", "zh-Hans, en")]
    [TestCase("en-GB", "Not Found", "en")]
    [TestCase("fr", "Not Found", "en")]
    [TestCase("zh-TW", "Not Found", "en")]
    [TestCase("en;q=0.5, zh-Hans", "未找到", "zh-Hans, en")]
    public async Task Problems_have_their_title_in_the_language_asked_for(string languages, string title, string told)
    {
        var client = await (await TestHub.SharedAsync()).ClientAsync(Role.Auditor);
        using var answer = await GetAsync(client, "/api/v1/nowhere", ("Accept-Language", languages));
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain($"\"title\":\"{title}\""));
        Assert.That(string.Join(", ", answer.Content.Headers.ContentLanguage), Is.EqualTo(told));
        Assert.That(answer.Headers.Vary, Does.Contain("Accept-Language"));
    }

    [TestCase("text/html", 406)]
    [TestCase("application/json;q=0", 406)]
    [TestCase("text/html, */*;q=0.1", 200)]
    [TestCase("application/*", 200)]
    public async Task What_cannot_be_had_in_the_form_asked_for_is_refused(string accept, int status)
    {
        var client = await (await TestHub.SharedAsync()).ClientAsync(Role.Auditor);
        using var answer = await GetAsync(client, "/api/v1/audit?limit=1", ("Accept", accept));
        Assert.That((int)answer.StatusCode, Is.EqualTo(status), await answer.Content.ReadAsStringAsync());
    }

    [Test]
    public async Task The_page_of_the_API_takes_nothing_from_elsewhere_and_sends_strangers_to_sign_in()
    {
        var hub = await TestHub.SharedAsync();
        using var browser = await Browser.SignedInAsync(hub, new PersonRole(Role.Auditor, null));
        using var page = await browser.Client.GetAsync("/docs/");
        using var script = await browser.Client.GetAsync("/docs/scalar.js");
        using var stranger = new Browser(hub);
        using var sent = await stranger.Client.GetAsync("/docs/");

        var policy = page.Headers.GetValues("Content-Security-Policy").Single();
        Assert.That(policy, Does.StartWith("default-src 'self'; script-src 'self' 'nonce-"));
        var html = await page.Content.ReadAsStringAsync();
        Assert.That(html, Does.Not.Contain("https://").And.Contain($"nonce=\"{policy.Split("'nonce-")[1].Split('\'')[0]}\""));
        Assert.That(script.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(sent.Headers.Location?.ToString(), Does.StartWith("/sign-in"));
    }

    static Task<HttpResponseMessage> GetAsync(HttpClient client, string address, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, address);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return client.SendAsync(request);
    }
}
