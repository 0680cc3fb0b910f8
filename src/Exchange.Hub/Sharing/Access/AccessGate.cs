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
        var question = new ReadQuestion(caller, dataset, mode, AccessHeaders.Read(http.Request, AccessHeaders.Purpose), time.GetUtcNow()) { Past = past };
        var access = await DecideAsync(question, AccessHeaders.Read(http.Request, AccessHeaders.Case), takesRequest: true, http.RequestAborted);
        http.Response.RegisterForDispose(access);
        return access;
    }

    /// <summary>Decides on one reading, and takes it from the grant's quota. Whoever asks disposes of the answer.</summary>
    /// <param name="question">Who wants to read what.</param>
    /// <param name="caseNumber">The case that it belongs to.</param>
    /// <param name="takesRequest">Whether it is a request of its own for the quota, and does not go on with one.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="HubException">The caller may not; the refusal is recorded.</exception>
    public async ValueTask<ReadAccess> DecideAsync(ReadQuestion question, string? caseNumber, bool takesRequest, CancellationToken cancellationToken)
    {
        var recorder = new UseRecorder(uses, quotas, refusals, await keys.GetAsync(cancellationToken), question, caseNumber);
        try
        {
            var decision = await AnswerAsync(question, cancellationToken);
            if (decision.Refusal is { } refusal)
                throw refusal;
            if (question.Caller.Role == Role.Clerk && caseNumber is null)
                throw new HubException(ErrorKind.Invalid, "case-required", $"A clerk looks up for a case. Send its number in the header {AccessHeaders.Case}.");
            if (takesRequest && decision.Entry is { } entry)
                await quotas.TakeRequestAsync(entry.Grant, cancellationToken);
            return Open(decision, question, recorder);
        }
        catch (HubException refusal)
        {
            recorder.Record(null, UseOutcome.Refused, "", 0, 0, null, refusal.Code);
            refusals.Note(question.Caller, question.Dataset.Name, refusal.Code);
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
