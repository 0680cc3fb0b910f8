using System.Text.Json;
using Exchange.Hub.Delivery.Subscriptions;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing.Access;
using Npgsql;
using Attempt = Exchange.Hub.Delivery.Subscriptions.Attempt;

namespace Exchange.Hub.Delivery.Webhooks;

/// <summary>
/// Pushes by calls: several in a row, one after the other, read ahead from one snapshot whose connection is let go before
/// the first of them. How far the target came is written down once.
/// </summary>
sealed class WebhookPush(
    PushFeed feed, WebhookKeys keys, WebhookSender sender, RefusedCalls refused, OutboundGuard guard, SharingKeySource sealing, HubOptions options, TimeProvider time) : IPush
{
    /// <summary>Calls in a row; one alone to a target that failed last.</summary>
    const int MostCalls = 512;

    /// <summary>After so long what was taken is written down, and the rest read again.</summary>
    static readonly TimeSpan enoughTime = TimeSpan.FromSeconds(5);

    /// <summary>What subscriptions call it.</summary>
    public const string Name = "webhook";

    public string Kind => Name;

    public Type Options => typeof(WebhookOptions);

    string HubAddress => options.PublicAddress?.TrimEnd('/') ?? "";

    public async Task CheckAsync(object options, CancellationToken cancellationToken)
    {
        var target = (WebhookOptions)options;
        try
        {
            await guard.ResolveAsync(target.Address.IdnHost, cancellationToken, namedOnly: target.Address.Scheme == Uri.UriSchemeHttp);
        }
        catch (HubException refusal)
        {
            throw HubException.Invalid(new FieldError("/target/url", "is not an address that the hub can call", refusal.Message));
        }
    }

    public async Task<IReadOnlyDictionary<string, string>?> BeginAsync(NpgsqlConnection connection, Subscription subscription, object options, CancellationToken cancellationToken)
    {
        var made = new Dictionary<string, string>();
        foreach (var kind in ((WebhookOptions)options).Signature switch
        {
            WebhookSignature.Hmac => [WebhookKeyKind.Hmac],
            WebhookSignature.Ed25519 => [WebhookKeyKind.Ed25519],
            _ => new[] { WebhookKeyKind.Hmac, WebhookKeyKind.Ed25519 },
        })
        {
            var (_, signer) = await keys.MakeAsync(connection, subscription.Id, kind, cancellationToken);
            made[kind == WebhookKeyKind.Hmac ? "secret" : "publicKey"] = signer.Given;
        }
        return made;
    }

    public async Task<PushResult> PushAsync(Subscription subscription, object options, CancellationToken cancellationToken)
    {
        await using var opened = await feed.OpenAsync(subscription, Kind, cancellationToken);
        if (await DeadLetterStore.NextDueAsync(opened.Snapshot.Connection, subscription.Id, cancellationToken) is { } letter)
            return await ReplayAsync(opened, subscription, (WebhookOptions)options, letter, cancellationToken);
        using var reader = new WebhookReader(opened, subscription, (WebhookOptions)options, HubAddress);
        var read = await reader.ReadAsync(subscription.Failures > 0 ? 1 : MostCalls);
        var calls = await SendAsync(opened, subscription, (WebhookOptions)options, read.Batches, AttemptCause.Changes, cancellationToken);
        if (calls.Stopped is null)
            return new PushResult(calls.IsAll ? read.End : calls.Place, read.More || !calls.IsAll, calls.Attempts);
        if (calls.Stopped.Answer.RefusesContent && await refused.LetterAsync(subscription, calls, cancellationToken) is { } dead)
            return new PushResult(calls.Stopped.Batch.After, More: true, calls.Attempts) { Beside = refused.Write(subscription, dead) };
        return new PushResult(calls.Place, More: false, calls.Attempts) { Problem = calls.Stopped.Answer.Problem };
    }

    public async Task<Attempt> TestAsync(Subscription subscription, object options, CancellationToken cancellationToken)
    {
        using var test = new WebhookEvent("exchange.test.v1", $"{HubAddress}/api/v1/datasets/{subscription.Dataset}", subscription, time.GetUtcNow(), Guid.NewGuid().ToString(), WebhookEvent.Space());
        test.Json.WriteString("dataset"u8, subscription.Dataset);
        test.Json.WriteString("subscription"u8, subscription.Id);
        var message = test.End(subscription);
        var answer = await sender.SendAsync((WebhookOptions)options, message, await keys.SigningAsync(subscription, cancellationToken), cancellationToken);
        return AttemptOf(message, AttemptCause.Test, answer, await sealing.GetAsync(cancellationToken)) with
        {
            Answer = answer.Text,
            Request = JsonSerializer.Deserialize<JsonElement>(answer.Request),
            Response = answer.Response is null ? null : JsonSerializer.Deserialize<JsonElement>(answer.Response),
        };
    }

    /// <summary>Sends again what a dead letter held, in the subscription's turn, so that nothing newer is overtaken.</summary>
    async Task<PushResult> ReplayAsync(PushReading opened, Subscription subscription, WebhookOptions target, DeadLetter letter, CancellationToken cancellationToken)
    {
        WebhookBatches read;
        try
        {
            if (letter.Reading != subscription.Place.Reading)
                return Done(DeadLetterState.Dismissed, RefusedCalls.Superseded, []);
            using var reader = WebhookReader.ForLetter(opened, subscription, target, HubAddress, letter);
            read = await reader.ReadAsync(MostCalls);
        }
        catch (HubException over) when (PushReading.IsOver(over))
        {
            return Done(DeadLetterState.Dismissed, RefusedCalls.Superseded, []);
        }
        var calls = await SendAsync(opened, subscription, target, read.Batches, AttemptCause.Replay, cancellationToken);
        if (calls.Stopped is { Answer: { RefusesContent: true } answer })
            return Done(DeadLetterState.Open, answer.Problem!.Message, calls.Attempts, answer, await sealing.GetAsync(cancellationToken));
        if (calls.IsAll)
            return Done(DeadLetterState.Replayed, null, calls.Attempts);
        return new PushResult(subscription.Place, More: calls.Stopped is null, calls.Attempts) { Problem = calls.Stopped?.Answer.Problem };

        PushResult Done(DeadLetterState state, string? reason, IReadOnlyList<Attempt> attempts, WebhookAnswer? answer = null, SharingKeys? box = null)
        {
            opened.Complete();
            var moved = letter.Move(state, reason, Caller.System, time.GetUtcNow());
            if (answer is not null)
                moved = moved with { Tries = letter.Tries + 1, Status = answer.Status!.Value, SealedAnswer = box!.Seal(answer.Text ?? "") };
            return new PushResult(subscription.Place, More: true, attempts) { Beside = refused.Write(subscription, moved) };
        }
    }

    /// <summary>Makes calls one after the other until one fails, the time is over, or nothing may leave any more.</summary>
    async Task<Calls> SendAsync(PushReading opened, Subscription subscription, WebhookOptions target, IReadOnlyList<WebhookBatch> batches, AttemptCause cause, CancellationToken cancellationToken)
    {
        var calls = new Calls(subscription.Place, batches.Count);
        var signers = await keys.SigningAsync(subscription, cancellationToken);
        var box = await sealing.GetAsync(cancellationToken);
        var taken = await TakeAsync(opened, batches);
        await opened.ReleaseAsync();
        var begun = time.GetTimestamp();
        foreach (var batch in batches.Take(taken))
        {
            WebhookAnswer answer;
            try
            {
                opened.Reading.Stop.ThrowIfCancellationRequested();
                answer = await sender.SendAsync(target, batch.Message, signers, opened.Reading.Stop);
            }
            catch (OperationCanceledException) when (calls.Attempts.Count > 0)
            {
                break; // what was taken before counts; whether the rest may be sent is asked again
            }
            calls.Add(batch, answer, AttemptOf(batch.Message, cause, answer, box, batch));
            if (calls.Stopped is not null || time.GetElapsedTime(begun) > enoughTime)
                break;
        }
        opened.Left(calls.Records, calls.Bytes);
        if (calls.Stopped is null)
            opened.Complete();
        return calls;
    }

    /// <summary>Takes the records from the grant's quota: of as many calls as it allows.</summary>
    /// <exception cref="HubException">It does not even allow one.</exception>
    static async Task<int> TakeAsync(PushReading opened, IReadOnlyList<WebhookBatch> batches)
    {
        for (var count = batches.Count; ; count = (count + 1) / 2)
        {
            try
            {
                await opened.Reading.TakeAsync(batches.Take(count).Sum(batch => batch.Records));
                return count;
            }
            catch (HubException quota) when (quota.Kind == ErrorKind.TooManyRequests && count > 1)
            {
                // Half of them may do.
            }
        }
    }

    static Attempt AttemptOf(WebhookMessage message, AttemptCause cause, WebhookAnswer answer, SharingKeys box, WebhookBatch? batch = null) =>
        new(message.Id, cause, answer.At, answer.Duration, batch?.After.Publication, batch?.Changes ?? 0, message.Body.Count, answer.Problem?.Message)
        {
            RequestText = answer.Request,
            ResponseText = answer.Response,
            SealedAnswer = answer.Text is { Length: > 0 } text ? box.Seal(text) : null,
        };
}
