namespace Exchange.Hub.Delivery.Subscriptions;

/// <summary>Where a subscription stands.</summary>
public enum SubscriptionState
{
    /// <summary>Gets what is published.</summary>
    Active,

    /// <summary>Set aside by a person; it goes on where it stopped.</summary>
    Paused,

    /// <summary>Set aside by the hub, as its target does not take what is sent; a person resumes it.</summary>
    Disabled,

    /// <summary>Over for good.</summary>
    Ended,
}

/// <summary>The transition table of <see cref="SubscriptionState"/>.</summary>
public static class SubscriptionStates
{
    static readonly Dictionary<SubscriptionState, SubscriptionState[]> transitions = new()
    {
        [SubscriptionState.Active] = [SubscriptionState.Paused, SubscriptionState.Disabled, SubscriptionState.Ended],
        [SubscriptionState.Paused] = [SubscriptionState.Active, SubscriptionState.Ended],
        [SubscriptionState.Disabled] = [SubscriptionState.Active, SubscriptionState.Ended],
        [SubscriptionState.Ended] = [],
    };

    /// <summary>True when a subscription may go from one state to the other.</summary>
    public static bool CanBecome(this SubscriptionState from, SubscriptionState to) => transitions[from].Contains(to);

    /// <summary>The state as the database and the API spell it.</summary>
    public static string Stored(this SubscriptionState state) => state.ToString().ToLowerInvariant();

    /// <summary>The state that the database spells so.</summary>
    public static SubscriptionState Parse(string stored) => Enum.Parse<SubscriptionState>(stored, ignoreCase: true);
}
