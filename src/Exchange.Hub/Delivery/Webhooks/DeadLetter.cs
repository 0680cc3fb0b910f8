using System.Text.Json.Serialization;
using Exchange.Hub.Platform;

namespace Exchange.Hub.Delivery.Webhooks;

/// <summary>Where a dead letter stands.</summary>
public enum DeadLetterState
{
    /// <summary>Waits for a person.</summary>
    Open,

    /// <summary>Is sent again, in its subscription's turn.</summary>
    Replaying,

    /// <summary>Was taken.</summary>
    Replayed,

    /// <summary>A person set it aside, or a reading of the whole feed made it void.</summary>
    Dismissed,
}

/// <summary>The transition table of <see cref="DeadLetterState"/>.</summary>
public static class DeadLetterStates
{
    static readonly Dictionary<DeadLetterState, DeadLetterState[]> transitions = new()
    {
        [DeadLetterState.Open] = [DeadLetterState.Replaying, DeadLetterState.Dismissed],
        [DeadLetterState.Replaying] = [DeadLetterState.Open, DeadLetterState.Replayed, DeadLetterState.Dismissed],
        [DeadLetterState.Replayed] = [],
        [DeadLetterState.Dismissed] = [],
    };

    /// <summary>True when a letter may go from one state to the other.</summary>
    public static bool CanBecome(this DeadLetterState from, DeadLetterState to) => transitions[from].Contains(to);

    /// <summary>The state as the database and the API spell it.</summary>
    public static string Stored(this DeadLetterState state) => state.ToString().ToLowerInvariant();

    /// <summary>The state that the database spells so.</summary>
    public static DeadLetterState Parse(string stored) => Enum.Parse<DeadLetterState>(stored, ignoreCase: true);
}

/// <summary>A call that the consumer refused for what it held, several times: its changes are missing there.</summary>
public sealed record DeadLetter
{
    /// <summary>Its id.</summary>
    public required Guid Id { get; init; }

    /// <summary>The subscription.</summary>
    public required Guid Subscription { get; init; }

    /// <summary>The webhook-id of the call.</summary>
    public required string Message { get; init; }

    /// <summary>Where its part of the feed begins; null: at the beginning.</summary>
    public string? After { get; init; }

    /// <summary>Where it ends.</summary>
    public required string UpTo { get; init; }

    /// <summary>The reading that it belonged to.</summary>
    public required long Reading { get; init; }

    /// <summary>The publication that was newest.</summary>
    public required int Publication { get; init; }

    /// <summary>Changes that it held.</summary>
    public required int Changes { get; init; }

    /// <summary>Bytes of its body.</summary>
    public required long Bytes { get; init; }

    /// <summary>How often it was sent.</summary>
    public required int Tries { get; init; }

    /// <summary>The status of the last answer.</summary>
    public required int Status { get; init; }

    /// <summary>The beginning of the last answer.</summary>
    public string? Answer { get; init; }

    /// <summary>The same, encrypted for the database.</summary>
    [JsonIgnore]
    internal byte[]? SealedAnswer { get; init; }

    /// <summary>When it was last refused.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Where it stands.</summary>
    public required DeadLetterState State { get; init; }

    /// <summary>Why it stands there.</summary>
    public string? StateReason { get; init; }

    /// <summary>Since when.</summary>
    public required DateTimeOffset StateChangedAt { get; init; }

    /// <summary>Name of who put it there.</summary>
    public required string StateChangedBy { get; init; }

    /// <summary>The same in another state.</summary>
    /// <exception cref="HubException">It cannot go there.</exception>
    internal DeadLetter Move(DeadLetterState to, string? reason, Caller by, DateTimeOffset now) => State.CanBecome(to)
        ? this with { State = to, StateReason = reason, StateChangedAt = now, StateChangedBy = by.Name }
        : throw HubException.Conflict("dead-letter-state", $"The dead letter is {State.Stored()} and cannot become {to.Stored()}.");
}
