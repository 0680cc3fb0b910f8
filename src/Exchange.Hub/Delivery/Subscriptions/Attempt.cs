using System.Text.Json;
using System.Text.Json.Serialization;

namespace Exchange.Hub.Delivery.Subscriptions;

/// <summary>Why something was sent.</summary>
public enum AttemptCause
{
    /// <summary>Something was published.</summary>
    Changes,

    /// <summary>A person asked for it once more.</summary>
    Replay,

    /// <summary>A person tried the way.</summary>
    Test,
}

/// <summary>One try to deliver something.</summary>
/// <param name="Delivery">What was owed; the same for all tries of one thing.</param>
/// <param name="Cause">Why it was sent.</param>
/// <param name="At">When the try began.</param>
/// <param name="Duration">How long it took.</param>
/// <param name="Publication">The publication that it brought the target to.</param>
/// <param name="Records">Changes that it held.</param>
/// <param name="Bytes">Bytes of them.</param>
/// <param name="Problem">Why it failed; null when the target took it.</param>
public sealed record Attempt(
    string Delivery, AttemptCause Cause, DateTimeOffset At, TimeSpan Duration, int? Publication, long Records, long Bytes, string? Problem)
{
    /// <summary>Number in the log.</summary>
    public long? Id { get; init; }

    /// <summary>What was sent, as far as it helps to find a fault: address, headers, names; never a secret.</summary>
    public JsonElement? Request { get; init; }

    /// <summary>What the target answered.</summary>
    public JsonElement? Response { get; init; }

    /// <summary>The beginning of what the target said, where it helps to find a fault. It may be about persons.</summary>
    public string? Answer { get; init; }

    /// <summary>What was sent as JSON text, where nobody but the database reads it.</summary>
    [JsonIgnore]
    internal string? RequestText { get; init; }

    /// <summary>What the target answered, likewise.</summary>
    [JsonIgnore]
    internal string? ResponseText { get; init; }

    /// <summary>The answer, encrypted for the database.</summary>
    [JsonIgnore]
    internal byte[]? SealedAnswer { get; init; }

    /// <summary><c>delivered</c> or <c>failed</c>.</summary>
    public string Outcome => Problem is null ? "delivered" : "failed";
}
