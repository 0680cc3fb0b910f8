using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing.Grants;
using Exchange.Hub.Sharing.Use;

namespace Exchange.Hub.Sharing.Access;

/// <summary>
/// The one component that decides what a caller may see. It answers from memory; before it refuses it asks the table
/// once, so that a grant holds from its commit on, whichever hub issued it.
/// </summary>
sealed class AccessGate(GrantIndex index, GrantStore grants, SharingKeySource keys, QuotaMeter quotas, RefusalWatch refusals, UseWriter uses, TimeProvider time)
{
    /// <summary>Grants of one department for one dataset that are looked at; the open ones come first.</summary>
    const int MostConsidered = 1000;

    /// <summary>Decides on one request, and takes it from the grant's quota.</summary>
    /// <param name="http">The request.</param>
    /// <param name="dataset">The dataset as the request reads it.</param>
    /// <param name="mode">How data would leave.</param>
    /// <param name="past">Finds the lines that the dataset has left. Who gives it keeps to <see cref="ReadAccess.Line"/>.</param>
    /// <exception cref="HubException">The caller may not; the refusal is recorded.</exception>
    public async ValueTask<ReadAccess> DecideAsync(
        HttpContext http, DatasetHead dataset, DeliveryMode mode, Func<CancellationToken, Task<IReadOnlyList<PastLine>>>? past = null)
    {
        var caller = Caller.Of(http) ?? throw new InvalidOperationException("The gate stands behind authentication.");
        var caseNumber = AccessHeaders.Read(http.Request, AccessHeaders.Case);
        var question = new ReadQuestion(caller, dataset, mode, AccessHeaders.Read(http.Request, AccessHeaders.Purpose), time.GetUtcNow()) { Past = past };
        var recorder = new UseRecorder(uses, quotas, refusals, await keys.GetAsync(http.RequestAborted), question, caseNumber);
        try
        {
            var decision = await AnswerAsync(question, http.RequestAborted);
            if (decision.Refusal is { } refusal)
                throw refusal;
            if (decision.Entry is { } entry)
                await quotas.TakeRequestAsync(entry.Grant, http.RequestAborted);
            var access = Open(decision, question, recorder);
            http.Response.RegisterForDispose(access);
            return access;
        }
        catch (HubException refusal)
        {
            recorder.Record(null, UseOutcome.Refused, "", 0, 0, null, refusal.Code);
            refusals.Note(caller, dataset.Name, refusal.Code);
            throw;
        }
    }

    /// <summary>Decides, without a request: what the gate would say.</summary>
    public async ValueTask<AccessDecision> AnswerAsync(ReadQuestion question, CancellationToken cancellationToken)
    {
        if (question.Caller.Department is not { } department)
            return AccessDecision.Of(question, []);
        var grants = index.IsLive ? index.Find(question.Dataset.DatasetId, department) : await RefreshAsync(question, department, cancellationToken);
        var decision = AccessDecision.Of(question, grants);
        if (decision.Refusal is not null)
        {
            grants = await RefreshAsync(question, department, cancellationToken);
            decision = AccessDecision.Of(question, grants);
        }
        if (decision.Refusal is not null && question.Past is { } past)
            decision = AccessDecision.OfPast(decision, question, await past(cancellationToken), grants);
        return Readable(decision, question.About(decision.Line));
    }

    /// <summary>A field that was declared anew with another type may be unable to hold the values of a row filter: that closes the grant.</summary>
    static AccessDecision Readable(AccessDecision decision, ReadQuestion question) => decision.Entry is { } entry && entry.RowsOver(question.Dataset.Filters) is null
        ? new AccessDecision(null, null, HubException.Forbidden(GrantMisfit.RowsNotFilterable.ToCode(), RefusalText.Of(entry.Grant, GrantMisfit.RowsNotFilterable, question)))
        : decision;

    Task<GrantEntry[]> RefreshAsync(ReadQuestion question, string department, CancellationToken cancellationToken) =>
        index.RefreshAsync(question.Dataset.DatasetId, department, () => grants.OfReaderAsync(question.Dataset.DatasetId, department, MostConsidered, cancellationToken));

    ReadAccess Open(AccessDecision decision, ReadQuestion question, UseRecorder recorder)
    {
        if (decision.Entry is not { } entry)
            return ReadAccess.ToOwnData(recorder);
        return ReadAccess.Under(entry, decision.Line, entry.ViewWith(recorder.Keys), entry.RowsOver(question.About(decision.Line).Dataset.Filters)!, recorder, time);
    }
}
