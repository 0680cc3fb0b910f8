using System.Text.Json;
using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing.Access;
using Exchange.Hub.Sharing.Grants;
using Npgsql;

namespace Exchange.Hub.Sharing.Requests;

/// <summary>What a use case makes of a request.</summary>
/// <param name="To">Where it leads.</param>
/// <param name="Changed">The request with what the deed changes in it, beside its state.</param>
/// <param name="Reason">Why, or what was asked or answered.</param>
/// <param name="Detail">What changed, or what was missing.</param>
sealed record Outcome(RequestState To, Request Changed, string? Reason = null, JsonElement? Detail = null);

/// <summary>What everybody sends beside the words of the deed.</summary>
/// <param name="Id">The request.</param>
/// <param name="Caller">Who does it.</param>
/// <param name="Revision">The revision that the caller saw, from <c>If-Match</c>; null when the caller does not say.</param>
sealed record Attempt(Guid Id, Caller Caller, int? Revision);

/// <summary>
/// Takes one step of a request: the lock, the rights, the arrow, the history, the clocks and tasks, the grant and the audit
/// event, all in one transaction. The only place that moves a request, so nothing comes to a grant around the table. A step
/// that is refused is told, too.
/// </summary>
sealed class RequestSteps(NpgsqlDataSource database, RequestWork work, IssueGrant issue, RefusalWatch refusals, IAuditTrail audit, TimeProvider time)
{
    /// <summary>Takes a step.</summary>
    /// <param name="attempt">Which request, and who.</param>
    /// <param name="deed">What is done.</param>
    /// <param name="decide">What comes of it, given the locked request.</param>
    /// <exception cref="HubException">There is no such request, the caller may not, it changed meanwhile, or the state does not allow it.</exception>
    public Task<RequestView> TakeAsync(
        Attempt attempt, RequestDeed deed, Func<NpgsqlConnection, Request, Task<Outcome>> decide, CancellationToken cancellationToken) =>
        refusals.WatchAsync(attempt.Caller, $"request:{attempt.Id}", () => database.InTransactionAsync(
            async connection =>
            {
                var request = await LockAsync(connection, attempt.Id, cancellationToken);
                var history = await RequestStore.HistoryAsync(connection, request.Id, cancellationToken);
                request.Require(deed, attempt.Caller, history);
                if (attempt.Revision is { } seen && seen != request.Revision)
                    throw HubException.Conflict("request-changed", $"You saw revision {seen}, and {history[^1].Name} has meanwhile made revision {request.Revision}. Read the request again; nothing of either was lost.");
                var outcome = await decide(connection, request);
                if (!request.State.CanBecome(deed, outcome.To))
                    throw new InvalidOperationException($"{deed} does not lead from {request.State} to {outcome.To}.");
                return await WriteAsync(connection, request, history, deed, outcome, attempt.Caller, cancellationToken);
            },
            cancellationToken));

    /// <summary>Writes the first step of a new request.</summary>
    public Task<RequestView> BeginAsync(Request request, Caller caller, CancellationToken cancellationToken) =>
        database.InTransactionAsync(
            async connection =>
            {
                await RequestStore.InsertAsync(connection, request, cancellationToken);
                var first = StepOf(request, request.State, RequestDeed.Draft, new Outcome(request.State, request), caller);
                await RequestStore.AddStepAsync(connection, request.Id, first, cancellationToken);
                await audit.AppendAsync(connection, caller, RequestEvents.Of(RequestDeed.Draft, request, null), cancellationToken);
                return new RequestView(request, request.OpenTo(caller, [first]), [first]);
            },
            cancellationToken);

    async Task<RequestView> WriteAsync(
        NpgsqlConnection connection, Request before, List<RequestStep> history, RequestDeed deed, Outcome outcome, Caller caller, CancellationToken cancellationToken)
    {
        var after = outcome.Changed with { State = outcome.To, Revision = before.Revision + 1, ChangedAt = time.GetUtcNow() };
        var step = StepOf(after, before.State, deed, outcome, caller);
        await work.HandOverAsync(connection, before, after, deed, cancellationToken);
        if (after.State == RequestState.Granted)
            after = after with { Grant = await GrantAsync(connection, after, [.. history, step], caller, cancellationToken) };
        await RequestStore.UpdateAsync(connection, after, cancellationToken);
        await RequestStore.AddStepAsync(connection, after.Id, step, cancellationToken);
        await audit.AppendAsync(connection, caller, RequestEvents.Of(deed, after, outcome.Reason), cancellationToken);
        history.Add(step);
        return new RequestView(after, after.OpenTo(caller, history), history);
    }

    /// <summary>Issues what was approved. Data that is shared without conditions is confirmed by the pre-check and by the submission.</summary>
    async Task<Guid> GrantAsync(NpgsqlConnection connection, Request request, IReadOnlyList<RequestStep> history, Caller caller, CancellationToken cancellationToken)
    {
        var provider = history.Last(step => step.Deed is RequestDeed.Agree or RequestDeed.PreCheck);
        var consumer = history.Last(step => step.Deed is RequestDeed.Verify or RequestDeed.Submit);
        var grant = await issue.ExecuteAsync(
            connection,
            new NewGrant(
                request.Dataset, request.Schema!, request.Consumer, request.Application.System, request.Application.Purpose!, request.Approved!, request.Id.ToString(),
                new Confirmation(provider.By, provider.Name, provider.At), new Confirmation(consumer.By, consumer.Name, consumer.At)),
            caller, cancellationToken);
        return grant.Id;
    }

    /// <summary>Locks a request. The dataset may have been given to another department, which then decides.</summary>
    static async Task<Request> LockAsync(NpgsqlConnection connection, Guid id, CancellationToken cancellationToken)
    {
        var request = await RequestStore.LockAsync(connection, id, cancellationToken) ?? throw HubException.NotFound("request-not-found", $"There is no request {id}.");
        var head = await DatasetHeads.FindAsync(connection, request.Dataset, cancellationToken);
        return head is null ? request : request with { Provider = head.Department };
    }

    static RequestStep StepOf(Request after, RequestState from, RequestDeed deed, Outcome outcome, Caller caller) => new(
        after.Revision, after.ChangedAt, caller.Id, caller.Name, caller.Role, caller.Department, deed, from, after.State, outcome.Reason, outcome.Detail);
}
