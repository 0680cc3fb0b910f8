using Exchange.Hub.Platform;

namespace Exchange.Hub.Delivery.Subscriptions;

/// <summary>A department is to be sent the changes of a dataset.</summary>
sealed record SubscriptionMade(Guid Subscription, string Dataset, string Department, string Kind, string? System) : IAuditEvent
{
    public string Subject => $"subscription:{Subscription}";
}

/// <summary>Title, purpose or target of a subscription changed.</summary>
sealed record SubscriptionChanged(Guid Subscription, string Dataset, string Department, int Revision) : IAuditEvent
{
    public string Subject => $"subscription:{Subscription}";
}

/// <summary>A person set a subscription aside.</summary>
sealed record SubscriptionPaused(Guid Subscription, string Dataset, string Department, string? Reason) : IAuditEvent
{
    public string Subject => $"subscription:{Subscription}";
}

/// <summary>A subscription that was set aside goes on.</summary>
sealed record SubscriptionResumed(Guid Subscription, string Dataset, string Department) : IAuditEvent
{
    public string Subject => $"subscription:{Subscription}";
}

/// <summary>The hub set a subscription aside, as its target does not take what is sent.</summary>
sealed record SubscriptionDisabled(Guid Subscription, string Dataset, string Department, string Reason) : IAuditEvent
{
    public string Subject => $"subscription:{Subscription}";
}

/// <summary>A subscription is sent again what it was sent before.</summary>
sealed record SubscriptionReplayed(Guid Subscription, string Dataset, string Department, string From) : IAuditEvent
{
    public string Subject => $"subscription:{Subscription}";
}

/// <summary>A subscription is over.</summary>
sealed record SubscriptionEnded(Guid Subscription, string Dataset, string Department, string? Reason) : IAuditEvent
{
    public string Subject => $"subscription:{Subscription}";
}
