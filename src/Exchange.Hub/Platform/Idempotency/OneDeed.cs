using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;

namespace Exchange.Hub.Platform;

/// <summary>
/// A POST with an <c>Idempotency-Key</c> is carried out once: sent again, it gets the first answer. What failed in the
/// hub (5xx) or came too early (429) was not done, and is tried anew. A request with a key is carried out to its end even
/// when its client hangs up, so that the answer waits for the client to ask again.
/// </summary>
sealed class OneDeed(RequestDelegate next, KeptAnswers answers, ILogger<OneDeed> log, TimeProvider time)
{
    /// <summary>Says that an answer is one given before.</summary>
    public const string ReplayedHeader = "Idempotency-Replayed";

    /// <summary>Most bytes of a request with a key, and of an answer that is kept.</summary>
    public const int Bound = 4 * 1024 * 1024;

    static readonly TimeSpan nextTry = TimeSpan.FromSeconds(1);
    static readonly string[] keptHeaders = ["Content-Type", "Content-Language", "Location", "ETag", "Link"];

    /// <summary>Called by the framework.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        if (!HttpMethods.IsPost(request.Method) || !request.Path.StartsWithSegments("/api", StringComparison.Ordinal) || !request.Headers.TryGetValue(IdempotencyKey.Header, out var header))
            return next(context);
        var key = IdempotencyKey.Parse(header);
        // Of a stranger nobody knows whether it is the same one; what strangers may post, sign-ins, may be sent again.
        return Caller.Of(context) is { } caller && context.GetEndpoint() is RouteEndpoint ? OnceAsync(context, caller, key) : next(context);
    }

    async Task OnceAsync(HttpContext context, Caller caller, string key)
    {
        var body = await ReadAsync(context.Request, context.RequestAborted);
        var id = IdempotencyKey.IdOf(caller, key);
        var claim = await answers.ClaimAsync(id, IdempotencyKey.FingerprintOf(context.Request, caller, body.Span), context.RequestAborted);
        if (claim.Holder is { } holder)
        {
            context.Request.Body = new MemoryStream(body.ToArray(), writable: false);
            await DoAsync(context, id, holder);
        }
        else
        {
            await RepeatAsync(context, claim);
        }
    }

    static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var body = new MemoryStream();
        var block = new byte[16 * 1024];
        int read;
        while ((read = await request.Body.ReadAsync(block, cancellationToken)) > 0)
        {
            if (body.Length + read > Bound)
                throw new HubException(ErrorKind.TooLarge, "too-large", $"A request with {IdempotencyKey.Header} may have {Bound / 1024 / 1024} MiB. Send it without.");
            body.Write(block, 0, read);
        }
        return body.GetBuffer().AsMemory(0, (int)body.Length);
    }

    static async Task RepeatAsync(HttpContext context, KeyClaim claim)
    {
        if (!claim.SameRequest)
            throw new HubException(ErrorKind.Invalid, "idempotency-key-reused", $"This {IdempotencyKey.Header} belongs to another request: method, path, query, body or role differ. Take a new key for a new deed.");
        if (!claim.Done)
            throw new HubException(ErrorKind.Conflict, "idempotency-key-in-use", "The first request with this key is still under way. Send it again after Retry-After to get its answer.") { RetryAfter = nextTry };
        if (claim.Answer is not { } answer)
            throw HubException.Conflict("idempotency-answer-lost", "The first request with this key was carried out, but its answer could not be kept. Look with GET at what came of it.");
        var response = context.Response;
        response.StatusCode = answer.Status;
        foreach (var (name, value) in answer.Headers)
            response.Headers[name] = value;
        response.Headers.CacheControl = "no-store";
        response.Headers[ReplayedHeader] = "true";
        if (answer.Body.Length > 0)
            await response.Body.WriteAsync(answer.Body, context.RequestAborted);
    }

    async Task DoAsync(HttpContext context, byte[] id, Guid holder)
    {
        var (prior, hungUp) = (context.Features.GetRequiredFeature<IHttpResponseBodyFeature>(), context.RequestAborted);
        using var held = new HeldBody(prior, Bound, () => true);
        using var done = new CancellationTokenSource();
        var renewing = RenewAsync(id, holder, done.Token);
        context.Features.Set<IHttpResponseBodyFeature>(held);
        context.RequestAborted = CancellationToken.None;
        try
        {
            await next(context);
            await held.FlushAsync();
        }
        catch (Exception error)
        {
            await KeepAsync(id, holder, ProblemMiddleware.Explain(error, context), context);
            throw;
        }
        finally
        {
            await done.CancelAsync();
            await renewing;
            context.RequestAborted = hungUp;
            context.Features.Set(prior);
        }
        await KeepAsync(id, holder, context.Response.StatusCode, held.IsHeld ? AnswerOf(context.Response, held.Held.ToArray()) : null);
        await held.SendAsync(hungUp);
    }

    Task KeepAsync(byte[] id, Guid holder, HubException refusal, HttpContext context)
    {
        var problem = JsonSerializer.SerializeToUtf8Bytes(Problem.Of(context, refusal), ApiJson.Options);
        var headers = new Dictionary<string, string> { ["Content-Type"] = Problem.MediaType, ["Content-Language"] = ProblemTitles.LanguagesOf(context) };
        return KeepAsync(id, holder, (int)refusal.Kind, new KeptAnswer((int)refusal.Kind, headers, problem));
    }

    async Task KeepAsync(byte[] id, Guid holder, int status, KeptAnswer? answer)
    {
        try
        {
            if (status is >= 500 or StatusCodes.Status429TooManyRequests)
                await answers.ReleaseAsync(id, holder, CancellationToken.None);
            else
                await answers.KeepAsync(id, holder, status, answer, CancellationToken.None);
        }
        catch (Npgsql.NpgsqlException error)
        {
            // The client still gets this answer; should it be lost on the way, the key is free again when the lease ends.
            log.LogError(error, "The answer of a request with a key could not be kept");
        }
    }

    /// <summary>Tells other requests of the same key, on whichever hub, that this one is still at work.</summary>
    async Task RenewAsync(byte[] id, Guid holder, CancellationToken done)
    {
        while (true)
        {
            await Task.Delay(KeptAnswers.Lease / 3, time, done).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (done.IsCancellationRequested)
                return;
            try
            {
                await answers.RenewAsync(id, holder, CancellationToken.None);
            }
            catch (Npgsql.NpgsqlException error)
            {
                log.LogWarning(error, "A lease of a request under way could not be renewed; it is tried again");
            }
        }
    }

    static KeptAnswer AnswerOf(HttpResponse response, byte[] body) => new(
        response.StatusCode,
        keptHeaders.Where(response.Headers.ContainsKey).ToDictionary(name => name, name => response.Headers[name].ToString()),
        body);
}
