using System.Text.Json;
using Exchange.Hub.Platform;
using Npgsql;

namespace Exchange.Hub.Delivery.Subscriptions;

/// <summary>
/// One way of pushing: webhook, table, file. The worker claims subscriptions, calls the way, writes down how it went, and
/// sees to retries; the way knows how to send.
/// </summary>
interface IPush
{
    /// <summary>Its name in subscriptions.</summary>
    string Kind { get; }

    /// <summary>The record that declares the options of its targets.</summary>
    Type Options { get; }

    /// <summary>Refuses options that no call to the target could be right with, such as an address that the hub may not reach.</summary>
    /// <exception cref="HubException">They will not do.</exception>
    Task CheckAsync(object options, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Puts what it needs beside a new subscription, in the connection's transaction.</summary>
    /// <returns>Secrets that are shown once, to whoever made it; null for none.</returns>
    Task<IReadOnlyDictionary<string, string>?> BeginAsync(NpgsqlConnection connection, Subscription subscription, object options, CancellationToken cancellationToken);

    /// <summary>Sends what there is to send, or a good part of it: it is called again at once where more is left.</summary>
    /// <param name="subscription">Its place is where the hub believes the target to be.</param>
    /// <param name="options">Where it sends to, secrets included.</param>
    /// <param name="cancellationToken">Fires when the hub stops or the subscription is no longer this worker's.</param>
    /// <exception cref="HubException">Refused by the gate, or by the target.</exception>
    Task<PushResult> PushAsync(Subscription subscription, object options, CancellationToken cancellationToken);

    /// <summary>Tries the way to the target without sending records.</summary>
    Task<Attempt> TestAsync(Subscription subscription, object options, CancellationToken cancellationToken);
}

/// <summary>How a push went. What succeeded before something failed counts.</summary>
/// <param name="Place">How far the target has the changes now.</param>
/// <param name="More">Whether more is left to send.</param>
/// <param name="Attempts">What was tried.</param>
sealed record PushResult(PushPlace Place, bool More, IReadOnlyList<Attempt> Attempts)
{
    /// <summary>Why it did not go further; null when nothing is the matter.</summary>
    public PushProblem? Problem { get; init; }

    /// <summary>What the way itself writes down in the transaction that writes down the place; null for nothing.</summary>
    public Func<NpgsqlConnection, CancellationToken, Task>? Beside { get; init; }
}

/// <summary>Why a push did not go further.</summary>
/// <param name="Code">For programs, in kebab-case.</param>
/// <param name="Message">For people: what happened, and what to do. No secrets.</param>
/// <param name="RetryAfter">When to try again, where that is known; else by the schedule.</param>
/// <param name="IsFinal">Whether there is no use in trying again before a person has looked.</param>
sealed record PushProblem(string Code, string Message, TimeSpan? RetryAfter = null, bool IsFinal = false)
{
    /// <summary>Whether it is the grant's doing and not the target's: such a subscription waits, and is not given up.</summary>
    public bool IsRefusal { get; init; }
}
