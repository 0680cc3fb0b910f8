using Exchange.Hub.Platform;
using Exchange.Hub.Sharing.Clocks;
using Exchange.Hub.Sharing.Policies;
using Exchange.Hub.Sharing.Tasks;
using Npgsql;

namespace Exchange.Hub.Sharing.Requests;

/// <summary>Tells people that it is their turn: each state that waits for somebody has a task, and some a clock.</summary>
sealed class RequestWork(Clocks.Clocks clocks, Tasks.Tasks tasks)
{
    static readonly ClockKind[] Kinds = [ClockKind.PreCheck, ClockKind.UnconditionalAnswer, ClockKind.ConditionalAnswer, ClockKind.Delivery];

    const string Question = "answer-question";

    /// <summary>Kind of the consumer's task to use what was granted.</summary>
    public const string FirstDelivery = "first-delivery";

    /// <summary>Stops what the deed ends and starts what it begins.</summary>
    public async Task HandOverAsync(NpgsqlConnection connection, Request before, Request after, RequestDeed deed, CancellationToken cancellationToken)
    {
        switch (deed)
        {
            case RequestDeed.Ask:
                foreach (var role in Requesters)
                    await tasks.OpenAsync(connection, new NewTask(Question, after.Subject, role, after.Consumer, $"Answer a question about the request for {after.Dataset}", null), cancellationToken);
                break;
            case RequestDeed.Answer:
                await tasks.CloseAsync(connection, after.Subject, Question, cancellationToken);
                break;
            case RequestDeed.Extend:
                await clocks.ExtendAsync(connection, ClockKind.ConditionalAnswer, after.Subject, cancellationToken);
                break;
            default:
                if (before.State != after.State)
                    await EnterAsync(connection, before, after, cancellationToken);
                break;
        }
    }

    static readonly Role[] Requesters = [Role.ItStaff, Role.Steward];

    /// <summary>Closes what the state before asked for, and asks for what the new one does. What tells of a clock ends with the clock.</summary>
    async Task EnterAsync(NpgsqlConnection connection, Request before, Request request, CancellationToken cancellationToken)
    {
        var clock = await ClockOfAsync(connection, request, cancellationToken);
        foreach (var kind in Kinds.Where(kind => kind != clock))
            await clocks.StopAsync(connection, kind, request.Subject, cancellationToken);
        await tasks.CloseAsync(connection, request.Subject, Question, cancellationToken);
        if (TaskOf(before) is var (done, _, _, _))
            await tasks.CloseAsync(connection, request.Subject, done, cancellationToken);
        var due = clock is { } started ? (await clocks.StartAsync(connection, started, request.Subject, request.Provider, cancellationToken)).DueAt : (DateTimeOffset?)null;
        if (TaskOf(request) is not var (task, title, roles, department))
            return;
        foreach (var role in roles)
            await tasks.OpenAsync(connection, new NewTask(task, request.Subject, role, department, title, due), cancellationToken);
    }

    static async Task<ClockKind?> ClockOfAsync(NpgsqlConnection connection, Request request, CancellationToken cancellationToken) => request.State switch
    {
        RequestState.Submitted => await IsUnconditionalAsync(connection, request, cancellationToken) ? ClockKind.UnconditionalAnswer : ClockKind.PreCheck,
        RequestState.UnderReview => ClockKind.ConditionalAnswer,
        RequestState.Approved or RequestState.Agreed or RequestState.Granted => ClockKind.Delivery,
        _ => null,
    };

    /// <summary>Whether the pre-check will be the answer, as far as the policy says today.</summary>
    static async Task<bool> IsUnconditionalAsync(NpgsqlConnection connection, Request request, CancellationToken cancellationToken) =>
        await SharingPolicies.FindAsync(connection, request.Dataset, cancellationToken) is { } policy
        && request.Asked!.Fields.All(field => policy.Of(field).Class == SharingClass.Unconditional);

    static (string Task, string Title, Role[] Roles, string? Department)? TaskOf(Request request) => request.State switch
    {
        RequestState.Submitted => ("pre-check", $"Check the request of {request.Consumer} for {request.Dataset}", [Role.Administrator], null),
        RequestState.Returned => ("amend-request", $"Complete the request for {request.Dataset}", Requesters, request.Consumer),
        RequestState.UnderReview or RequestState.Extended => ("decide-request", $"Decide the request of {request.Consumer} for {request.Dataset}", [Role.Steward], request.Provider),
        RequestState.Approved => ("agree-to-terms", $"Confirm the terms for {request.Consumer} on {request.Dataset}", [Role.Steward], request.Provider),
        RequestState.Agreed => ("verify-terms", $"Confirm the approved terms on {request.Dataset}", Requesters, request.Consumer),
        RequestState.Granted => (FirstDelivery, $"Take {request.Dataset} for the first time, or complete the grant if it is not needed", Requesters, request.Consumer),
        RequestState.Appealed => ("decide-appeal", $"Decide the appeal of {request.Consumer} about {request.Dataset}", [Role.Administrator], null),
        _ => null,
    };
}
