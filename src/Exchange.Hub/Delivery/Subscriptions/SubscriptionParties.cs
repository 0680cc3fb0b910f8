using Exchange.Hub.Platform;
using Exchange.Hub.Sharing.Grants;

namespace Exchange.Hub.Delivery.Subscriptions;

/// <summary>Who may see a subscription, and who may change it.</summary>
static class SubscriptionParties
{
    /// <summary>The department that is sent to, a system only its own; and administrators, who keep order.</summary>
    public static bool MayChange(Caller caller, Subscription subscription) =>
        caller.Role == Role.Administrator
        || (caller.Department == subscription.Department && caller.Role is Role.ItStaff or Role.Subscriber && IsNotOfAnotherSystem(caller, subscription));

    /// <summary>
    /// What the caller may see of one: both departments, administrators and auditors see it; where it sends to is for
    /// those who receive, and for administrators and auditors. Null for others.
    /// </summary>
    /// <param name="provided">Ids of the datasets of the caller's department.</param>
    public static Subscription? SeenBy(Caller caller, Subscription subscription, int[] provided) =>
        caller.SeesAllGrants() || (caller.Department == subscription.Department && IsNotOfAnotherSystem(caller, subscription)) ? subscription
        : provided.Contains(subscription.DatasetId) ? subscription with { Target = null, Problem = null }
        : null;

    /// <summary>What to say of one that is not there, or not the caller's.</summary>
    public static HubException NotFound(Guid id) => HubException.NotFound("subscription-not-found", $"There is no subscription {id} of your department.");

    static bool IsNotOfAnotherSystem(Caller caller, Subscription subscription) => caller.Role != Role.Subscriber || subscription.System is null || subscription.System == caller.Id;
}
