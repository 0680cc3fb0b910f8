using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Exchange.Hub.Delivery.Subscriptions;
using Exchange.Hub.Platform;

namespace Exchange.Hub.Delivery.Webhooks;

/// <summary>Makes calls: signed, where the guard lets them go, within their time, and with an eye only for the beginning of the answer.</summary>
sealed class WebhookSender : IDisposable
{
    /// <summary>Bytes of an answer that are kept, and that are read so that the connection can be used again.</summary>
    const int KeptBytes = 2 * 1024;
    const int ReadBytes = 16 * 1024;
    const int MostHeadersKept = 30;
    const int LongestHeaderKept = 200;

    static readonly MediaTypeHeaderValue mediaType = new("application/cloudevents+json") { CharSet = "utf-8" };

    readonly HttpMessageInvoker secure;
    readonly HttpMessageInvoker plain;
    readonly TimeProvider time;

    public WebhookSender(OutboundGuard guard, TimeProvider time)
    {
        this.time = time;
        secure = Invoker(guard.HttpHandler());
        plain = Invoker(guard.HttpHandler(namedOnly: true));
    }

    /// <summary>Makes one call.</summary>
    /// <param name="options">Where to.</param>
    /// <param name="message">What is sent.</param>
    /// <param name="keys">What it is signed with.</param>
    /// <param name="stop">Fires when nothing may leave any more.</param>
    /// <exception cref="OperationCanceledException">It may not go on.</exception>
    public async Task<WebhookAnswer> SendAsync(WebhookOptions options, WebhookMessage message, IReadOnlyList<WebhookSigner> keys, CancellationToken stop)
    {
        var at = time.GetUtcNow();
        var begun = time.GetTimestamp();
        using var request = Request(options, message, keys, at, out var logged);
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(options.TimeoutSeconds), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, timeout.Token);
        try
        {
            using var response = await (options.Address.Scheme == Uri.UriSchemeHttps ? secure : plain).SendAsync(request, either.Token);
            var text = await BeginningAsync(response, either.Token);
            var problem = WebhookStatus.ProblemOf((int)response.StatusCode, RetryAfter(response));
            return new WebhookAnswer(at, time.GetElapsedTime(begun), logged, (int)response.StatusCode, problem) { Response = Logged(response), Text = problem is null ? null : text };
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return Failed(new PushProblem("webhook-timeout", $"The target did not answer within {options.TimeoutSeconds} seconds."));
        }
        catch (HttpRequestException e) when (e.InnerException is HubException refusal)
        {
            return Failed(new PushProblem(refusal.Code, refusal.Message), left: false);
        }
        catch (HttpRequestException e)
        {
            return Failed(WebhookStatus.ProblemOf(e), left: e.HttpRequestError is not (HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError));
        }

        WebhookAnswer Failed(PushProblem problem, bool left = true) => new(at, time.GetElapsedTime(begun), logged, null, problem) { Left = left };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        secure.Dispose();
        plain.Dispose();
    }

    static HttpMessageInvoker Invoker(SocketsHttpHandler handler)
    {
        handler.ConnectTimeout = TimeSpan.FromSeconds(10);
        handler.PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30);
        handler.MaxResponseHeadersLength = 16; // KiB
        handler.MaxResponseDrainSize = 0; // what was not read is not waited for
        handler.ActivityHeadersPropagator = null; // the hub's own traces are nobody else's business
        return new HttpMessageInvoker(handler);
    }

    static HttpRequestMessage Request(WebhookOptions options, WebhookMessage message, IReadOnlyList<WebhookSigner> keys, DateTimeOffset now, out string logged)
    {
        var signed = message.SignedAt(now, out var timestamp);
        var content = new ByteArrayContent(message.Body.Array!, message.Body.Offset, message.Body.Count);
        content.Headers.ContentType = mediaType;
        var request = new HttpRequestMessage(HttpMethod.Post, options.Address) { Content = content, Version = HttpVersion.Version11 };
        request.Headers.TryAddWithoutValidation("webhook-id", message.Id);
        request.Headers.TryAddWithoutValidation("webhook-timestamp", timestamp);
        request.Headers.TryAddWithoutValidation("webhook-signature", keys.Count == 1 ? keys[0].Sign(signed) : string.Join(' ', keys.Select(key => key.Sign(signed))));
        request.Headers.TryAddWithoutValidation("user-agent", "Exchange");
        foreach (var (name, value) in options.MoreHeaders)
            request.Headers.TryAddWithoutValidation(name, value);
        logged = Written(json =>
        {
            json.WriteString("method"u8, "POST"u8);
            json.WriteString("url"u8, options.Address.GetLeftPart(UriPartial.Path) + (options.Address.Query.Length > 0 ? "?…" : "")); // a query may hold a token
            json.WriteString("webhook-timestamp"u8, timestamp);
            json.WriteNumber("signatures"u8, keys.Count);
            json.WriteNumber("bytes"u8, message.Body.Count);
            json.WriteString("sha256"u8, Convert.ToHexStringLower(SHA256.HashData(message.Body)));
            if (options.MoreHeaders.Count > 0)
                json.WriteString("headers"u8, string.Join(", ", options.MoreHeaders.Select(header => header.Key)));
        });
        return request;
    }

    /// <summary>The beginning of an answer. A target that has answered well has taken the call, however it goes on talking.</summary>
    static async ValueTask<string> BeginningAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentLength == 0)
            return "";
        var buffer = ArrayPool<byte>.Shared.Rent(ReadBytes);
        var read = 0;
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            int more;
            while (read < ReadBytes && (more = await body.ReadAsync(buffer.AsMemory(read, ReadBytes - read), cancellationToken)) > 0)
                read += more;
        }
        catch (Exception e) when (e is IOException or HttpRequestException or OperationCanceledException)
        {
            // The status says what became of the call.
        }
        var text = Encoding.UTF8.GetString(buffer, 0, Math.Min(read, KeptBytes));
        ArrayPool<byte>.Shared.Return(buffer);
        return text;
    }

    TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } wait } => wait,
        { Date: { } at } => at - time.GetUtcNow(),
        _ => null,
    };

    static string Logged(HttpResponseMessage response) => Written(json =>
    {
        json.WriteNumber("status"u8, (int)response.StatusCode);
        json.WriteStartObject("headers"u8);
        foreach (var (name, values) in response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated).Where(header => !header.Key.StartsWith("set-cookie", StringComparison.OrdinalIgnoreCase)).Take(MostHeadersKept))
        {
            var value = values.ToString();
            json.WriteString(name, value.Length <= LongestHeaderKept ? value : value[..LongestHeaderKept]);
        }
        json.WriteEndObject();
    });

    static string Written(Action<Utf8JsonWriter> write)
    {
        var bytes = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }
}
