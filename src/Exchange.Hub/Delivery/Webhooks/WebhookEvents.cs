using Exchange.Hub.Platform;

namespace Exchange.Hub.Delivery.Webhooks;

/// <summary>A key to sign calls with was made, and those of its kind before it end at a time.</summary>
sealed record WebhookKeyMade(Guid Subscription, string Dataset, string Department, Guid Key, string Kind) : IAuditEvent
{
    public string Subject => $"subscription:{Subscription}";
}

/// <summary>A key to sign calls with was ended before its time.</summary>
sealed record WebhookKeyEnded(Guid Subscription, string Dataset, string Department, Guid Key, string Kind) : IAuditEvent
{
    public string Subject => $"subscription:{Subscription}";
}

/// <summary>A call that the target refused was set aside, sent again, taken or dismissed.</summary>
sealed record DeadLetterMoved(Guid Subscription, string Dataset, string Department, string Message, string State, string? Reason) : IAuditEvent
{
    public string Subject => $"subscription:{Subscription}";
}
