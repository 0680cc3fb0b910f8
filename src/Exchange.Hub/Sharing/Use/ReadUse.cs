using Exchange.Hub.Sharing.Access;
using Exchange.Hub.Sharing.Grants;

namespace Exchange.Hub.Sharing.Use;

/// <summary>How a request for records ended.</summary>
public enum UseOutcome
{
    /// <summary>It got what it asked for.</summary>
    Served,

    /// <summary>It got nothing.</summary>
    Refused,

    /// <summary>It got a part: the grant ended, or either side failed.</summary>
    BrokenOff,
}

/// <summary>One use of a dataset, or the refusal of one.</summary>
/// <param name="Grant">The grant; null for own data and for refusals.</param>
/// <param name="Form">What was sent; empty when nothing was.</param>
/// <param name="KeyHash">HMAC of the key of the record that was looked up.</param>
/// <param name="Reason">Code of why it was refused or broken off.</param>
sealed record ReadUse(
    DateTimeOffset At, int DatasetId, string Dataset, Guid? Grant, string Caller, string CallerName, string? Department, string? Purpose, string? Case,
    DeliveryMode Mode, string Form, long Records, long Bytes, UseOutcome Outcome, string? Reason, byte[]? KeyHash);

/// <summary>Records the uses of one request.</summary>
/// <param name="Uses">Where they are written.</param>
/// <param name="Quotas">Where they are counted.</param>
/// <param name="Refusals">Where refusals are told to the audit log.</param>
/// <param name="Keys">Keys of the room.</param>
/// <param name="Question">Who asked for what.</param>
/// <param name="CaseNumber">The case that it belongs to.</param>
sealed record UseRecorder(UseWriter Uses, QuotaMeter Quotas, RefusalWatch Refusals, SharingKeys Keys, ReadQuestion Question, string? CaseNumber)
{
    /// <summary>Records one.</summary>
    public void Record(Grant? grant, UseOutcome outcome, string form, long records, long bytes, string? key, string? reason)
    {
        var (caller, dataset) = (Question.Caller, Question.Dataset);
        Uses.Add(new ReadUse(
            Question.At, dataset.DatasetId, dataset.Name, grant?.Id, caller.Id, caller.Name, caller.Department, grant?.Purpose ?? Question.Purpose, CaseNumber,
            Question.Mode, form, records, bytes, outcome, reason, key is null ? null : Keys.HashOfRecord(dataset.Name, key)));
    }
}
