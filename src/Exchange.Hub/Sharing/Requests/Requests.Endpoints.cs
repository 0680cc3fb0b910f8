using System.Globalization;
using System.Text.Json;
using Exchange.Hub.Catalog;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing.Similar;
using Microsoft.AspNetCore.Mvc;
using Npgsql;

namespace Exchange.Hub.Sharing.Requests;

/// <summary>Requests in the API. Every answer carries the revision as ETag; every deed may name the one it was decided on as If-Match.</summary>
static class RequestsEndpoints
{
    static readonly Role[] requesters = [Role.ItStaff, Role.Steward];

    public static IServiceCollection AddRequests(this IServiceCollection services) => services
        .AddSingleton<RequestWork>()
        .AddSingleton<RequestSteps>()
        .AddSingleton<DraftRequest>()
        .AddSingleton<RequestedSystem>()
        .AddSingleton<SubmitRequest>()
        .AddSingleton<PreCheckRequest>()
        .AddSingleton<ApproveRequest>()
        .AddSingleton<MoveRequest>()
        .AddSingleton<StopDelivery>()
        .AddSingleton<RequestReading>();

    public static void MapRequests(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/requests").WithTags("Sharing").AddEndpointFilter(TagAsync);
        MapReading(group);
        MapWriting(group);
        MapDecisions(group);
        MapMoves(group);
    }

    static void MapReading(RouteGroupBuilder group)
    {
        group.MapGet("", (Caller caller, RequestReading reading, CancellationToken ct, string? dataset = null, string? state = null, DateTimeOffset? before = null, int limit = 50) =>
                reading.ListAsync(caller, dataset, state, before, limit, ct))
            .AllowRoles([.. requesters, Role.Administrator, Role.Auditor]).WithSummary("Lists requests that the caller's department makes or is asked for, the last changed first");
        group.MapGet("/{id:guid}", (Guid id, Caller caller, RequestReading reading, CancellationToken ct) => reading.FindAsync(id, caller, ct))
            .AllowRoles([.. requesters, Role.Administrator, Role.Auditor]).WithSummary("Shows a request with its history and what the caller can do to it");
    }

    static void MapWriting(RouteGroupBuilder group)
    {
        group.MapPost("", async (Application body, Caller caller, DraftRequest draft, SimilarDatasets similar, HttpContext http, CancellationToken ct) =>
            {
                var begun = await draft.BeginAsync(body, caller, ct);
                http.Response.StatusCode = StatusCodes.Status201Created;
                http.Response.Headers.Location = $"/api/v1/requests/{begun.Request.Id}";
                return begun with { Similar = await similar.BesideAsync(body.Dataset, body.Terms.Fields, ct) };
            })
            .AllowRoles(requesters).WithSummary("Begins a request, complete or not; similar names other datasets that have such fields");
        group.MapPut("/{id:guid}", (Guid id, Application body, Caller caller, DraftRequest draft, CancellationToken ct, [FromHeader(Name = "If-Match")] string? ifMatch = null) =>
                draft.AmendAsync(AttemptOf(id, caller, ifMatch), body, ct))
            .AllowRoles(requesters).WithSummary("Changes a draft or what was returned; If-Match names the revision that was read");
        group.MapPost("/{id:guid}/submit", (Guid id, Caller caller, SubmitRequest submit, CancellationToken ct, [FromHeader(Name = "If-Match")] string? ifMatch = null) =>
                submit.ExecuteAsync(AttemptOf(id, caller, ifMatch), ct))
            .AllowRoles(requesters).WithSummary("Submits a request; what is missing is told in one list");
    }

    static void MapDecisions(RouteGroupBuilder group)
    {
        group.MapPost("/{id:guid}/return", (Guid id, MissingList body, Caller caller, MoveRequest move, CancellationToken ct, [FromHeader(Name = "If-Match")] string? ifMatch = null) =>
                move.ExecuteAsync(AttemptOf(id, caller, ifMatch), RequestDeed.Return, body.Reason, ct, body.Json))
            .AllowRoles(Role.Administrator).WithSummary("Returns a request with one list of everything missing");
        group.MapPost("/{id:guid}/pre-check", (Guid id, Caller caller, PreCheckRequest check, CancellationToken ct, [FromHeader(Name = "If-Match")] string? ifMatch = null) =>
                check.ExecuteAsync(AttemptOf(id, caller, ifMatch), ct))
            .AllowRoles(Role.Administrator).WithSummary("Passes a complete request on: granted, under review or refused, as its sharing class says");
        group.MapPost("/{id:guid}/approve", (Guid id, Approval? body, Caller caller, ApproveRequest approve, CancellationToken ct, [FromHeader(Name = "If-Match")] string? ifMatch = null) =>
                approve.ExecuteAsync(AttemptOf(id, caller, ifMatch), RequestDeed.Approve, body?.Terms, body?.Reason, ct))
            .AllowRoles(Role.Steward).WithSummary("Approves a request, as asked or on narrower terms");
        group.MapPost("/{id:guid}/overturn", (Guid id, Approval body, Caller caller, ApproveRequest approve, CancellationToken ct, [FromHeader(Name = "If-Match")] string? ifMatch = null) =>
                approve.ExecuteAsync(AttemptOf(id, caller, ifMatch), RequestDeed.Overturn, body.Terms, body.Reason, ct))
            .AllowRoles(Role.Administrator).WithSummary("Overturns a refusal that was appealed against: the request is approved, as asked or on narrower terms");
    }

    static void MapMoves(RouteGroupBuilder group)
    {
        Map(RequestDeed.Ask, "Asks the requester a question", Role.Administrator, Role.Steward);
        Map(RequestDeed.Answer, "Answers a question", requesters);
        Map(RequestDeed.Extend, "Takes more time to decide, once", Role.Steward);
        Map(RequestDeed.Refuse, "Refuses a request", Role.Steward);
        Map(RequestDeed.Agree, "Confirms the approved terms for the provider", Role.Steward);
        Map(RequestDeed.Verify, "Confirms the approved terms for the requester; the grant comes out", requesters);
        Map(RequestDeed.Withdraw, "Takes a request back", requesters);
        Map(RequestDeed.Appeal, "Appeals against a refusal", requesters);
        Map(RequestDeed.Uphold, "Lets a refusal stand that was appealed against", Role.Administrator);

        void Map(RequestDeed deed, string summary, params Role[] roles) =>
            group.MapPost($"/{{id:guid}}/{RequestRights.Name(deed)}", (Guid id, Words? body, Caller caller, MoveRequest move, CancellationToken ct, [FromHeader(Name = "If-Match")] string? ifMatch = null) =>
                    move.ExecuteAsync(AttemptOf(id, caller, ifMatch), deed, body?.Reason, ct))
                .AllowRoles(roles).WithSummary(summary);
    }

    static Attempt AttemptOf(Guid id, Caller caller, string? ifMatch)
    {
        if (ifMatch is null or "*")
            return new Attempt(id, caller, null);
        return int.TryParse(ifMatch.Trim().Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var revision)
            ? new Attempt(id, caller, revision)
            : throw new HubException(ErrorKind.Malformed, "malformed-if-match", "If-Match is no ETag of a request. Send it as it was read, such as \"3\".");
    }

    static async ValueTask<object?> TagAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var answer = await next(context);
        if (answer is RequestView view)
            context.HttpContext.Response.Headers.ETag = $"\"{view.Request.Revision}\"";
        return answer;
    }

    /// <summary>The words of a deed.</summary>
    /// <param name="Reason">Why, or what is asked or answered.</param>
    internal sealed record Words(string? Reason = null);

    /// <summary>What is approved.</summary>
    /// <param name="Terms">As asked when left out.</param>
    /// <param name="Reason">Why, or why narrower.</param>
    internal sealed record Approval(Terms? Terms = null, string? Reason = null);

    /// <summary>Everything that is missing from a request.</summary>
    internal sealed record MissingList(IReadOnlyList<MissingItem> Missing)
    {
        internal string Reason => string.Join("; ", Missing.Select(item => $"{item.Pointer} {item.Message}"));

        internal JsonElement Json => JsonSerializer.SerializeToElement(Missing, ApiJson.Options);
    }

    /// <summary>One thing that is missing.</summary>
    /// <param name="Pointer">JSON pointer into the application.</param>
    /// <param name="Message">What is missing there.</param>
    internal sealed record MissingItem(string Pointer, string Message);
}

/// <summary>Shows requests to those who may see them.</summary>
sealed class RequestReading(NpgsqlDataSource database)
{
    /// <summary>One request with its history.</summary>
    /// <exception cref="HubException">There is none of this id, or the caller has no part in it.</exception>
    public async Task<RequestView> FindAsync(Guid id, Caller caller, CancellationToken cancellationToken)
    {
        var request = await RequestStore.FindAsync(database, id, cancellationToken) ?? throw HubException.NotFound("request-not-found", $"There is no request {id}.");
        if (!caller.MaySee(request))
            throw HubException.Forbidden("other-department", "The request is between other departments, or still a draft of another.");
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var history = await RequestStore.HistoryAsync(connection, id, cancellationToken);
        return new RequestView(request, request.OpenTo(caller, history), history);
    }

    /// <summary>Requests that the caller may see, the last changed first.</summary>
    public async Task<ItemList<Request>> ListAsync(Caller caller, string? dataset, string? state, DateTimeOffset? before, int limit, CancellationToken cancellationToken)
    {
        new Validation().Require(limit is >= 1 and <= 1000, "?limit", "is out of bounds", "Give 1 to 1000.").ThrowIfAny();
        var department = caller.Role is Role.Administrator or Role.Auditor ? null : caller.Department ?? "";
        return new ItemList<Request>(await RequestStore.ListAsync(database, department, dataset, Spelling.Parse<RequestState>(state, nameof(state)), before, limit, cancellationToken));
    }
}
