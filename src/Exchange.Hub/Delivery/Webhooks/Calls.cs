using Exchange.Hub.Delivery.Subscriptions;
using Attempt = Exchange.Hub.Delivery.Subscriptions.Attempt;

namespace Exchange.Hub.Delivery.Webhooks;

/// <summary>A call that the target did not take.</summary>
sealed record FailedCall(WebhookBatch Batch, WebhookAnswer Answer);

/// <summary>How calls in a row went.</summary>
sealed class Calls(PushPlace begin, int planned)
{
    readonly List<Attempt> attempts = [];
    int taken;

    /// <summary>Where the target is.</summary>
    public PushPlace Place { get; private set; } = begin;

    /// <summary>Every call.</summary>
    public IReadOnlyList<Attempt> Attempts => attempts;

    /// <summary>Records that have left, and their bytes.</summary>
    public long Records { get; private set; }

    /// <summary>Bytes of them.</summary>
    public long Bytes { get; private set; }

    /// <summary>The call that failed; null while none has.</summary>
    public FailedCall? Stopped { get; private set; }

    /// <summary>Whether all that were planned were taken.</summary>
    public bool IsAll => taken == planned;

    /// <summary>Takes note of one.</summary>
    public void Add(WebhookBatch batch, WebhookAnswer answer, Attempt attempt)
    {
        attempts.Add(attempt);
        if (answer.Left)
            (Records, Bytes) = (Records + batch.Records, Bytes + batch.RecordBytes);
        if (answer.Problem is not null)
        {
            Stopped = new FailedCall(batch, answer);
            return;
        }
        taken++;
        Place = batch.After;
    }
}
