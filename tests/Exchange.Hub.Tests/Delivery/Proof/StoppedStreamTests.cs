using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing.Grants;
using Exchange.Hub.Tests.Sharing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Exchange.Hub.Tests.Delivery.Proof;

/// <summary>A stream ends with its grant, in the middle of a record if need be, and nobody takes the part for the whole.</summary>
public sealed class StoppedStreamTests
{
    /// <summary>The whole is more than the sockets between database, hub and client can hold.</summary>
    const int Records = 400;

    static readonly string Filler = new('x', 60_000);

    [TestCase("revoked")]
    [TestCase("suspended")]
    [TestCase("narrowed")]
    public async Task A_stream_stops_when_its_grant_is(string what)
    {
        var stage = await Stage.SetAsync();
        foreach (var path in new[] { "/records", "/changes" })
        {
            await StopsAsync(stage, path, grant => what switch
            {
                "revoked" => stage.RevokeAsync(grant),
                "suspended" => stage.SuspendAsync(grant),
                _ => stage.RenewAsync(grant, grant.Terms.Until, ["/id"]),
            });
        }
    }

    [Test]
    public async Task A_stream_stops_at_the_instant_at_which_its_grant_expires()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 5, 4, 8, 0, 0, TimeSpan.Zero));
        await using var hub = await TestHub.StartAsync(services: services => services.AddSingleton<TimeProvider>(time));
        var stage = await Stage.SetAsync(hub);
        await StopsAsync(stage, "/records", _ =>
        {
            time.Advance(TimeSpan.FromHours(1));
            return Task.CompletedTask;
        }, time.GetUtcNow().AddHours(1));
    }

    static async Task StopsAsync(Stage stage, string path, Func<Grant, Task> end, DateTimeOffset? until = null)
    {
        if (stage.Dataset.Publication == 0)
            await stage.Dataset.PublishAsync([.. Enumerable.Range(0, Records).Select(i => KeyValuePair.Create($"k{i:000}", (string?)$$"""{"id":"k{{i:000}}","name":"{{Filler}}"}"""))]);
        var grant = await stage.IssueAsync(Granted.Everything with { Fields = ["/id", "/name"], Until = until ?? Granted.Everything.Until });
        using var client = Client(stage);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await stage.Hub.TokenAsync(Role.Subscriber, stage.Consumer));
        client.DefaultRequestHeaders.Accept.ParseAdd("application/x-ndjson");
        using var answer = await client.GetAsync(stage.Path + path, HttpCompletionOption.ResponseHeadersRead);
        await using var body = await answer.Content.ReadAsStreamAsync();
        Assert.That((answer.StatusCode, answer.Headers.GetValues("Exchange-Record-Count").Single()), Is.EqualTo((HttpStatusCode.OK, $"{Records}")));

        await end(grant);

        Assert.That(async () => await body.CopyToAsync(Stream.Null), Throws.InstanceOf<IOException>(), "the transfer breaks off");
        await foreach (var use in UsesAsync(stage, grant))
        {
            if (use.GetProperty("outcome").GetString() != "broken-off")
                continue;
            Assert.That(use.GetProperty("reason").GetString(), Is.EqualTo("grant-ended"));
            Assert.That(use.GetProperty("records").GetInt64(), Is.LessThan(Records));
            return;
        }
    }

    /// <summary>A client whose socket holds little: the system would let it grow until the whole stream fits.</summary>
    static HttpClient Client(Stage stage) => new(new SocketsHttpHandler
    {
        ConnectCallback = async (context, cancellation) =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 64 * 1024 };
            await socket.ConnectAsync(context.DnsEndPoint, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        },
    })
    {
        BaseAddress = stage.Hub.Address,
    };

    /// <summary>The uses of a grant as they come: the request ends after its client has seen the end.</summary>
    static async IAsyncEnumerable<JsonElement> UsesAsync(Stage stage, Grant grant)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            patience.Token.ThrowIfCancellationRequested();
            var page = await stage.Provider.GetAsync($"{stage.Path}/use?grant={grant.Id}");
            foreach (var use in page.GetProperty("items").EnumerateArray())
                yield return use;
        }
    }
}
