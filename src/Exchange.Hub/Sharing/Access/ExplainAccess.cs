using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing.Grants;
using Exchange.Hub.Sharing.Policies;
using Npgsql;

namespace Exchange.Hub.Sharing.Access;

/// <summary>What is asked about.</summary>
/// <param name="Mode">How data would leave.</param>
/// <param name="Purpose">The purpose that would be stated.</param>
/// <param name="Department">Another department than the caller's.</param>
/// <param name="System">Another caller than this one, by its id.</param>
sealed record ExplainQuery(DeliveryMode Mode, string? Purpose, string? Department, string? System);

/// <summary>What the gate says to a reader, and why.</summary>
/// <param name="Allowed">Whether it may read.</param>
/// <param name="Rule">The rule that allows it; null when it is refused.</param>
/// <param name="Code">The code of the refusal; null when it is allowed.</param>
/// <param name="Reason">For a person.</param>
/// <param name="Department">The department that would read.</param>
/// <param name="Role">The role that would read.</param>
/// <param name="Grant">The grant that allows it.</param>
/// <param name="Terms">What may be seen under it; null for a whole dataset and for a refusal.</param>
/// <param name="Policy">What the provider offers of the dataset.</param>
/// <param name="Considered">Every grant of the department for the dataset, and what did not fit.</param>
public sealed record Explanation(
    bool Allowed, AccessRule? Rule, string? Code, string Reason, string Dataset, string? Department, Role Role, DeliveryMode Mode, string? Purpose,
    Guid? Grant, Terms? Terms, PolicyView Policy, IReadOnlyList<ExplainedGrant> Considered);

/// <summary>A grant that was looked at.</summary>
/// <param name="Fits">Whether it allows the read.</param>
/// <param name="Code">What did not fit.</param>
/// <param name="Reason">The same for a person, with what to do.</param>
public sealed record ExplainedGrant(Guid Id, string Purpose, string? System, GrantState State, bool Fits, string? Code, string? Reason);

/// <summary>Answers whether somebody may read, by asking the gate itself; nothing is read and no quota is used.</summary>
sealed class ExplainAccess(AccessGate gate, GrantStore grants, SharingPolicies policies, NpgsqlDataSource database, TimeProvider time)
{
    const int MostConsidered = 100;

    /// <summary>Explains.</summary>
    /// <exception cref="HubException">There is no such dataset, or the caller may not ask about another.</exception>
    public async Task<Explanation> ExecuteAsync(string dataset, ExplainQuery query, Caller caller, CancellationToken cancellationToken)
    {
        var policy = await policies.ViewAsync(dataset, cancellationToken);
        var head = await DatasetHeads.FindAsync(database, dataset, cancellationToken) ?? throw HubException.NotFound("dataset-not-found", $"There is no dataset {dataset}.");
        var reader = ReaderOf(query, caller, head);
        var question = new ReadQuestion(reader, head, query.Mode, query.Purpose, time.GetUtcNow()) { Past = ct => PastAsync(head, ct) };
        var decision = await gate.AnswerAsync(question, cancellationToken);
        var considered = reader.Department is { } department
            ? await grants.OfReaderAsync(head.DatasetId, department, MostConsidered, cancellationToken)
            : [];
        var grant = decision.Entry?.Grant;
        return new Explanation(
            decision.Refusal is null, decision.Rule, decision.Refusal?.Code, ReasonOf(decision), dataset, reader.Department, reader.Role, query.Mode, grant?.Purpose ?? query.Purpose,
            grant?.Id, grant?.Terms, policy, [.. considered.Select(each => Explain(each, question.About(decision.Line)))]);
    }

    /// <summary>The caller itself, or the subscriber that it asks about.</summary>
    static Caller ReaderOf(ExplainQuery query, Caller caller, DatasetHead head)
    {
        if (query.Department is null && query.System is null)
            return caller;
        var mayAsk = caller.SeesAllGrants() || (caller.Role == Role.Steward && caller.Department == head.Department);
        if (!mayAsk)
            throw HubException.Forbidden("other-department", $"Only stewards of {head.Department}, administrators and auditors may ask about other readers. Leave out department and system to ask about yourself.");
        return new Caller(query.System ?? "", "a subscriber", Role.Subscriber, query.Department);
    }

    static string ReasonOf(AccessDecision decision) => decision switch
    {
        { Refusal: { } refusal } => refusal.Message,
        { Entry: { } entry, Line: { } line } => $"Grant {entry.Grant.Id} of {entry.Grant.Provider} allows it, for {entry.Grant.Purpose}: publication {line.Last.Number}, the last of {line.Line}, until {RefusalText.At(line.Until)}. The records now follow {line.Now}; request a grant for that.",
        { Entry: { } entry } => $"Grant {entry.Grant.Id} of {entry.Grant.Provider} allows it, for {entry.Grant.Purpose}.",
        _ => "IT staff and stewards see the datasets of their own department whole.",
    };

    async Task<IReadOnlyList<PastLine>> PastAsync(DatasetHead head, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await SchemaLines.PastAsync(connection, head, cancellationToken);
    }

    static ExplainedGrant Explain(Grant grant, ReadQuestion question)
    {
        var misfit = GrantFit.MisfitOf(grant, question);
        return new ExplainedGrant(
            grant.Id, grant.Purpose, grant.System, grant.State, misfit is null, misfit?.ToCode(), misfit is { } why ? RefusalText.Of(grant, why, question) : null);
    }
}
