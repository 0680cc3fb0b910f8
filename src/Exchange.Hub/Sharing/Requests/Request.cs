using System.Text.Json;
using System.Text.Json.Serialization;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing.Similar;

namespace Exchange.Hub.Sharing.Requests;

/// <summary>A department's application to use a dataset of another.</summary>
/// <param name="Revision">Counts every step; what was read at one revision can be changed only while it still stands at it.</param>
/// <param name="Provider">The department that provides the dataset.</param>
/// <param name="Consumer">The department that asks.</param>
/// <param name="Asked">The terms as they were submitted; null before.</param>
/// <param name="Approved">The terms as they were approved, never more than asked; null before.</param>
/// <param name="Schema">The schema version that the terms were checked against, such as <c>company/1.0</c>; null before submission.</param>
/// <param name="Grant">The grant that came out; null before.</param>
public sealed record Request(
    Guid Id, RequestState State, int Revision, int DatasetId, string Dataset, string Provider, string Consumer, Application Application,
    Terms? Asked, Terms? Approved, string? Schema, Guid? Grant, DateTimeOffset CreatedAt, DateTimeOffset ChangedAt)
{
    internal string Subject => $"request:{Id}";
}

/// <summary>One step in the life of a request.</summary>
/// <param name="Revision">The request's revision after it.</param>
/// <param name="By">Who, as <c>token:&lt;uuid&gt;</c>.</param>
/// <param name="Reason">Why, or what was asked or answered.</param>
/// <param name="Detail">What changed, or what was missing.</param>
public sealed record RequestStep(
    int Revision, DateTimeOffset At, string By, string Name, Role Role, string? Department, RequestDeed Deed, RequestState From, RequestState To,
    string? Reason, JsonElement? Detail);

/// <summary>A request with its whole history.</summary>
/// <param name="Open">What the caller can do to it now.</param>
public sealed record RequestView(Request Request, IReadOnlyList<RequestDeed> Open, IReadOnlyList<RequestStep> History)
{
    /// <summary>Other datasets that have fields as they are asked for; told when a request begins.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<LookAlike>? Similar { get; init; }
}
