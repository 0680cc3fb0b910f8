using System.Text.Json;
using System.Text.Json.Serialization;
using Exchange.Hub.Platform;

namespace Exchange.Hub.Delivery.Subscriptions;

/// <summary>A department's standing wish to be sent the changes of a dataset under a grant.</summary>
public sealed record Subscription
{
    /// <summary>Its id.</summary>
    public required Guid Id { get; init; }

    /// <summary>Counts what people changed.</summary>
    public required int Revision { get; init; }

    /// <summary>Number of the dataset in the catalog.</summary>
    [JsonIgnore]
    public int DatasetId { get; init; }

    /// <summary>Name of the dataset.</summary>
    public required string Dataset { get; init; }

    /// <summary>The department that is sent to.</summary>
    public required string Department { get; init; }

    /// <summary>The caller as which it reads, <c>system:&lt;id&gt;</c>; null for the department as such.</summary>
    public string? System { get; init; }

    /// <summary>Which grant it reads under, where several fit.</summary>
    public string? Purpose { get; init; }

    /// <summary>For people.</summary>
    public required string Title { get; init; }

    /// <summary>The way: <c>webhook</c>, <c>table</c>, <c>file</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Where it sends to, without secrets; null for those who need not know.</summary>
    public JsonElement? Target { get; init; }

    /// <summary>Where it stands.</summary>
    public required SubscriptionState State { get; init; }

    /// <summary>Why it stands there.</summary>
    public string? StateReason { get; init; }

    /// <summary>Since when.</summary>
    public required DateTimeOffset StateChangedAt { get; init; }

    /// <summary>Name of who put it there.</summary>
    public required string StateChangedBy { get; init; }

    /// <summary>How far the target has the changes.</summary>
    [JsonIgnore]
    public PushPlace Place { get; init; } = PushPlace.Start;

    /// <summary>The publication that the target has; 0 before the first.</summary>
    public int Publication => Place.Publication;

    /// <summary>Whether the target has all of that publication, and not still a part of it.</summary>
    public bool Whole => Place.Whole;

    /// <summary>Deliveries that the target took.</summary>
    public required long Deliveries { get; init; }

    /// <summary>Records in them.</summary>
    public required long Records { get; init; }

    /// <summary>When it last took one.</summary>
    public DateTimeOffset? DeliveredAt { get; init; }

    /// <summary>Attempts in a row that failed.</summary>
    public required int Failures { get; init; }

    /// <summary>Since when.</summary>
    public DateTimeOffset? FailingSince { get; init; }

    /// <summary>What is the matter, for programs.</summary>
    public string? ProblemCode { get; init; }

    /// <summary>What is the matter, for people.</summary>
    public string? Problem { get; init; }

    /// <summary>When it is looked at next; null: when something is published.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Name of who made it.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>Its subject in the audit log and in tasks.</summary>
    internal string Subject => $"subscription:{Id}";

    /// <summary>Who reads for it.</summary>
    /// <param name="provider">The department that publishes the dataset.</param>
    internal Caller Reader(string provider) =>
        new(System ?? Subject, Title, provider == Department ? Role.ItStaff : Role.Subscriber, Department);
}

/// <summary>How far a target has the changes.</summary>
/// <param name="Cursor">Where to go on in the change feed; null where a reading begins.</param>
/// <param name="Reading">Number of the reading of the whole feed, from 1 on.</param>
/// <param name="Whole">Whether this reading has once come to the feed's end.</param>
/// <param name="Publication">The publication that was read last.</param>
public sealed record PushPlace(string? Cursor, long Reading, bool Whole, int Publication)
{
    /// <summary>Before anything was sent.</summary>
    public static PushPlace Start { get; } = new(null, 1, false, 0);

    /// <summary>The beginning of another reading: what is there stays until that one is whole.</summary>
    public PushPlace Again() => new(null, Reading + 1, false, Publication);
}
