using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;

namespace Exchange.Hub.Tests.Delivery.Webhooks;

/// <summary>A call as the sink got it.</summary>
sealed record SinkCall(IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public string Id => Headers["webhook-id"];

    public JsonElement Event => field.ValueKind == JsonValueKind.Undefined ? field = JsonSerializer.Deserialize<JsonElement>(Body) : field;

    public JsonElement Data => Event.GetProperty("data");
}

/// <summary>
/// What a consumer runs: a small server on the loopback that checks signatures and keeps copies by the rules that the
/// README of webhooks gives. It shares no code with the hub.
/// </summary>
sealed class WebhookSink : IAsyncDisposable
{
    readonly WebApplication app;

    WebhookSink(WebApplication app) => this.app = app;

    /// <summary>The copies by name.</summary>
    public ConcurrentDictionary<string, SinkCopy> Copies { get; } = new();

    public static async Task<WebhookSink> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var sink = new WebhookSink(app);
        app.MapPost("/hooks/{name}", (string name, HttpContext http) => sink.Copies[name].TakeAsync(http));
        await app.StartAsync();
        return sink;
    }

    /// <summary>Where a copy is called; it is made now.</summary>
    public string Url(string name)
    {
        Copies.TryAdd(name, new SinkCopy());
        return $"{app.Urls.First()}/hooks/{name}";
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var copy in Copies.Values)
            copy.Answer = null;
        using var now = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await app.StopAsync(now.Token);
        await app.DisposeAsync();
    }
}

/// <summary>One copy of a dataset.</summary>
sealed class SinkCopy
{
    readonly Lock writing = new();
    readonly Dictionary<string, (string Record, long Reading)> records = new(StringComparer.Ordinal);
    readonly HashSet<string> seen = [];
    readonly ConcurrentQueue<SinkCall> calls = new();
    readonly TaskCompletionSource configured = new(TaskCreationOptions.RunContinuationsAsynchronously);
    long reading;
    string? cursor;

    /// <summary>Secrets and public keys that signatures are checked with; any will do.</summary>
    public IReadOnlyList<string> Keys
    {
        get;
        set
        {
            field = value;
            configured.TrySetResult();
        }
    } = [];

    /// <summary>Does something else than take the call when it gives true.</summary>
    public Func<HttpContext, SinkCall, Task<bool>>? Answer { get; set; }

    /// <summary>Does something when the call was taken, and before that is answered; true when it has answered itself.</summary>
    public Func<HttpContext, Task<bool>>? Taken { get; set; }

    /// <summary>Every call, in order, refused ones too.</summary>
    public IReadOnlyList<SinkCall> Calls => [.. calls];

    /// <summary>Calls whose signature was not right.</summary>
    public int Forged { get; private set; }

    /// <summary>Calls that did not begin where the one before ended.</summary>
    public int Gaps { get; private set; }

    /// <summary>The copy.</summary>
    public IReadOnlyDictionary<string, string> Records
    {
        get
        {
            lock (writing)
                return new SortedDictionary<string, string>(records.ToDictionary(each => each.Key, each => each.Value.Record), StringComparer.Ordinal);
        }
    }

    public async Task TakeAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        var call = new SinkCall(http.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase), body.ToArray());
        calls.Enqueue(call);
        if (Answer is { } other && await other(http, call))
            return;
        await configured.Task; // the hub may call before the test has entered what the answer to its request holds
        if (!Keys.Any(key => IsSigned(call, key)))
        {
            Forged++;
            http.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }
        lock (writing)
            Apply(call);
        if (Taken is { } then && await then(http))
            return;
        http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    void Apply(SinkCall call)
    {
        if (!seen.Add(call.Id) || call.Event.GetProperty("type").GetString() != "exchange.changes.v1")
            return;
        var data = call.Data;
        var isLetter = data.TryGetProperty("letter", out _);
        var number = data.GetProperty("reading").GetInt64();
        if (number < reading)
            return;
        if (!isLetter)
        {
            if (number == reading && data.GetProperty("previous").GetString() != cursor)
                Gaps++;
            (reading, cursor) = (number, data.GetProperty("next").GetString());
        }
        foreach (var change in data.GetProperty("changes").EnumerateArray())
        {
            var key = change.GetProperty("key").GetString()!;
            if (change.GetProperty("op").GetString() == "delete")
                records.Remove(key);
            else
                records[key] = (change.GetProperty("record").GetRawText(), number);
        }
        if (data.GetProperty("whole").GetBoolean())
        {
            foreach (var (key, _) in records.Where(record => record.Value.Reading < reading).ToList())
                records.Remove(key);
        }
    }

    static bool IsSigned(SinkCall call, string key)
    {
        byte[] signed = [.. Encoding.ASCII.GetBytes($"{call.Id}.{call.Headers["webhook-timestamp"]}."), .. call.Body];
        return call.Headers["webhook-signature"].Split(' ').Any(signature => signature.Split(',') switch
        {
            ["v1", var mac] when key.StartsWith("whsec_", StringComparison.Ordinal) => Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(key["whsec_".Length..]), signed)) == mac,
            ["v1a", var value] when key.StartsWith("whpk_", StringComparison.Ordinal) => Verifies(Convert.FromBase64String(key["whpk_".Length..]), signed, Convert.FromBase64String(value)),
            _ => false,
        });
    }

    static bool Verifies(byte[] publicKey, byte[] signed, byte[] signature)
    {
        var verifier = new Ed25519Signer();
        verifier.Init(false, new Ed25519PublicKeyParameters(publicKey));
        verifier.BlockUpdate(signed, 0, signed.Length);
        return verifier.VerifySignature(signature);
    }
}
