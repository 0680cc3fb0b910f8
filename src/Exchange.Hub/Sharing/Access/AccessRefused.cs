using Exchange.Hub.Platform;

namespace Exchange.Hub.Sharing.Access;

/// <summary>Reads of a dataset were refused to a caller, all for the same reason, within a minute or so.</summary>
/// <param name="Dataset">The dataset; <c>several</c> where there were too many to name.</param>
/// <param name="Code">Why.</param>
/// <param name="Count">How often.</param>
/// <param name="From">When it was the first time.</param>
sealed record AccessRefused(string Dataset, string Code, int Count, DateTimeOffset From) : IAuditEvent
{
    public string Subject => $"dataset:{Dataset}";
}

/// <summary>Somebody tried to change a request, a grant or a correction and was refused, always for the same reason, within a minute or so.</summary>
/// <param name="Subject">What it was done to; <c>deed:several</c> where there was too much to name.</param>
/// <param name="Code">Why: whose it is, or what somebody else has done to it meanwhile.</param>
/// <param name="Count">How often.</param>
/// <param name="From">When it was the first time.</param>
sealed record DeedRefused(string Subject, string Code, int Count, DateTimeOffset From) : IAuditEvent;

/// <summary>Tokens that are not known, or not any more, were used for reading, within a minute or so.</summary>
/// <param name="Network">Where they came from, so that no single address stands in the log for ever; <c>several</c> where there were too many to name.</param>
/// <param name="Count">How often.</param>
/// <param name="From">When it was the first time.</param>
sealed record StrangerRefused(string Network, int Count, DateTimeOffset From) : IAuditEvent
{
    public string Subject => $"network:{Network}";
}
