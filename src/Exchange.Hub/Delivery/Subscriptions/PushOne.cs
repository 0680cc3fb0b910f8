using Exchange.Hub.Platform;

namespace Exchange.Hub.Delivery.Subscriptions;

/// <summary>One push of one claimed subscription, from the gate to what is written down of it.</summary>
sealed class PushOne(PushTargets targets, SettlePushes settle, DisableSubscription disable, HubOptions options, TimeProvider time, ILogger<PushOne> log)
{
    /// <summary>Pushes, and settles the claim.</summary>
    public async Task ExecuteAsync(PushClaim claim, CancellationToken cancellationToken)
    {
        var result = await PushAsync(claim.Subscription, cancellationToken);
        var problem = result.Problem;
        if (!await settle.ExecuteAsync(new PushSettlement(claim, result.Place, result.Attempts, problem, DueAt(claim.Subscription, result)) { Beside = result.Beside }))
            return;
        if (problem is null)
            return;
        log.LogWarning("Subscription {Subscription} of {Department} to {Dataset} got stuck: {Code}: {Problem}", claim.Subscription.Id, claim.Subscription.Department, claim.Subscription.Dataset, problem.Code, problem.Message);
        if (problem.IsFinal || IsGivenUp(claim.Subscription, problem))
            await disable.ExecuteAsync(claim.Subscription.Id, problem, CancellationToken.None);
    }

    async Task<PushResult> PushAsync(Subscription subscription, CancellationToken cancellationToken)
    {
        try
        {
            return await targets.Find(subscription.Kind).PushAsync(subscription, await targets.OptionsAsync(subscription, cancellationToken), cancellationToken);
        }
        catch (HubException over) when (PushReading.IsOver(over))
        {
            log.LogInformation("Subscription {Subscription} reads {Dataset} again from the beginning: {Reason}", subscription.Id, subscription.Dataset, over.Code);
            return new PushResult(subscription.Place.Again(), More: true, []);
        }
        catch (HubException refusal)
        {
            return Stuck(subscription, Of(refusal));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return new PushResult(subscription.Place, More: true, []); // the hub stops: what is left is due at once
        }
        catch (OperationCanceledException)
        {
            return Stuck(subscription, new PushProblem("grant-ended", "The grant ended while records were sent. GET …/explain says how it stands.") { IsRefusal = true });
        }
        catch (Exception error)
        {
            log.LogError(error, "The push of subscription {Subscription} failed", subscription.Id);
            return Stuck(subscription, new PushProblem("failed", "The hub failed to send; the log of the hub says how. It tries again."));
        }
    }

    static PushProblem Of(HubException refusal) => new(refusal.Code, refusal.Message, refusal.RetryAfter, IsFinal: refusal.Kind == ErrorKind.NotFound)
    {
        IsRefusal = refusal.Kind is ErrorKind.Forbidden or ErrorKind.TooManyRequests,
    };

    static PushResult Stuck(Subscription subscription, PushProblem problem) => new(subscription.Place, More: false, []) { Problem = problem };

    DateTimeOffset? DueAt(Subscription subscription, PushResult result)
    {
        var now = time.GetUtcNow();
        return result.Problem switch
        {
            null => result.More ? now : null,
            { IsFinal: true } => null,
            { RetryAfter: { } wait } => now + wait,
            { IsRefusal: true } => now + RetrySchedule.ForGrant(subscription.Failures + 1, Random.Shared.NextDouble()),
            _ => now + RetrySchedule.After(result.Attempts.Any(attempt => attempt.Problem is null) ? 1 : subscription.Failures + 1, Random.Shared.NextDouble()),
        };
    }

    /// <summary>A target that has taken nothing for so long is not tried any more until a person says so.</summary>
    bool IsGivenUp(Subscription subscription, PushProblem problem) =>
        !problem.IsRefusal && subscription.FailingSince is { } since && time.GetUtcNow() - since >= TimeSpan.FromHours(options.SubscriptionPatienceHours);
}
