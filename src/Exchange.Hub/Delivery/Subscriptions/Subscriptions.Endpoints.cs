using Exchange.Hub.Catalog;
using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing;
using Exchange.Sdk;
using Npgsql;

namespace Exchange.Hub.Delivery.Subscriptions;

/// <summary>A page of subscriptions, newest first.</summary>
/// <param name="Next">What to give as <c>before</c> for the page after; null at the end.</param>
public sealed record SubscriptionPage(IReadOnlyList<Subscription> Items, Guid? Next);

/// <summary>A way to be sent data.</summary>
/// <param name="Options">What a target takes, as JSON Schema.</param>
public sealed record SubscriptionKind(string Kind, System.Text.Json.Nodes.JsonObject Options);

/// <summary>Why something is done, where that need not be said.</summary>
public sealed record SubscriptionReason(string? Reason = null);

/// <summary>Subscriptions, and what people and systems do with them.</summary>
static class SubscriptionsEndpoints
{
    const int MostListed = 1000;
    static readonly Role[] readers = [Role.Subscriber, Role.ItStaff, Role.Steward, Role.Administrator, Role.Auditor];
    static readonly Role[] owners = [Role.Subscriber, Role.ItStaff, Role.Administrator];

    public static IServiceCollection AddSubscriptions(this IServiceCollection services) => services
        .AddSingleton<SubscriptionStore>()
        .AddSingleton<AttemptStore>()
        .AddSingleton<PushFeed>()
        .AddSingleton<PushTargets>()
        .AddSingleton<PushOne>()
        .AddSingleton<DisableSubscription>()
        .AddSingleton<Subscribe>()
        .AddSingleton<ChangeSubscription>()
        .AddSingleton<TestSubscription>()
        .AddSingleton<SettlePushes>()
        .AddSingleton<PushWorker>()
        .AddHostedService(provider => provider.GetRequiredService<SettlePushes>()) // it stops after the worker
        .AddHostedService(provider => provider.GetRequiredService<PushWorker>())
        .AddHostedService<SubscriptionUpkeep>();

    public static void MapSubscriptions(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/subscription-kinds", (PushTargets targets) =>
                new ItemList<SubscriptionKind>([.. targets.Kinds.Select(kind => new SubscriptionKind(kind, OptionSet.Of(targets.Find(kind).Options).JsonSchema()))]))
            .AllowRoles(readers).WithTags("Subscriptions").WithSummary("Lists the ways to be sent data, with what a target of each takes");
        var group = routes.MapGroup("/api/v1/subscriptions").WithTags("Subscriptions");
        group.MapPost("", async (NewSubscription body, Caller caller, Subscribe subscribe, CancellationToken ct) =>
            {
                var made = await subscribe.ExecuteAsync(body, caller, ct);
                return TypedResults.Created($"/api/v1/subscriptions/{made.Subscription.Id}", made);
            })
            .AllowRoles(Role.Subscriber, Role.ItStaff).WithSummary("Has a department sent what a dataset publishes from now on, and first of all what there is; secrets are shown this one time");
        group.MapGet("", ListAsync)
            .AllowRoles(readers).WithSummary("Lists subscriptions, newest first: those of the caller's department, and those to its datasets; all of them for administrators and auditors");
        group.MapGet("/{id:guid}", FindAsync)
            .AllowRoles(readers).WithSummary("Shows a subscription to its two departments, administrators and auditors");
        group.MapGet("/{id:guid}/attempts", async (Guid id, Caller caller, ChangeSubscription change, AttemptStore attempts, CancellationToken ct, long? before = null, int limit = 100) =>
            {
                new Validation().Require(limit is >= 1 and <= MostListed, "?limit", "is out of bounds", $"Give 1 to {MostListed}.").ThrowIfAny();
                await change.RequireOwnAsync(id, caller, ct);
                return await attempts.ListAsync(id, before, limit, ct);
            })
            .AllowRoles(owners).WithSummary("Lists what was tried to deliver, newest first, with request and answer");
        MapVerbs(group);
    }

    static void MapVerbs(RouteGroupBuilder group)
    {
        group.MapPut("/{id:guid}", (Guid id, SubscriptionEdit body, Caller caller, ChangeSubscription change, CancellationToken ct) => change.EditAsync(id, body, caller, ct))
            .AllowRoles(owners).WithSummary("Changes title, purpose and target of a subscription; secrets that are left out stay");
        group.MapPost("/{id:guid}/pause", (Guid id, SubscriptionReason body, Caller caller, ChangeSubscription change, CancellationToken ct) => change.PauseAsync(id, body.Reason, caller, ct))
            .AllowRoles(owners).WithSummary("Sets a subscription aside");
        group.MapPost("/{id:guid}/resume", (Guid id, Caller caller, ChangeSubscription change, CancellationToken ct) => change.ResumeAsync(id, caller, ct))
            .AllowRoles(owners).WithSummary("Lets a subscription go on where it stopped");
        group.MapPost("/{id:guid}/end", (Guid id, SubscriptionReason body, Caller caller, ChangeSubscription change, CancellationToken ct) => change.EndAsync(id, body.Reason, caller, ct))
            .AllowRoles(owners).WithSummary("Ends a subscription for good");
        group.MapPost("/{id:guid}/replay", (Guid id, ReplayFrom body, Caller caller, ChangeSubscription change, CancellationToken ct) => change.ReplayAsync(id, body, caller, ct))
            .AllowRoles(owners).WithSummary("Has a subscription sent again what came after a cursor or a publication, or everything");
        group.MapPost("/{id:guid}/test", (Guid id, Caller caller, TestSubscription test, CancellationToken ct) => test.ExecuteAsync(id, caller, ct))
            .AllowRoles(owners).WithSummary("Tries the way to the target, without records");
    }

    static async Task<SubscriptionPage> ListAsync(
        Caller caller, SubscriptionStore subscriptions, NpgsqlDataSource database, CancellationToken ct,
        string? dataset = null, string? state = null, string? kind = null, Guid? before = null, int limit = 100)
    {
        new Validation().Require(limit is >= 1 and <= MostListed, "?limit", "is out of bounds", $"Give 1 to {MostListed}.").ThrowIfAny();
        var all = caller.Role is Role.Administrator or Role.Auditor;
        if (!all && caller.Department is null)
            return new SubscriptionPage([], null);
        var provided = await ProvidedAsync(database, caller, ct);
        var query = new SubscriptionQuery(all ? null : caller.Department, dataset, Spelling.Parse<SubscriptionState>(state, nameof(state)), kind, before, limit);
        var found = await subscriptions.ListAsync(query, provided, ct);
        return new SubscriptionPage([.. found.Select(each => SubscriptionParties.SeenBy(caller, each, provided)).OfType<Subscription>()], found.Count == limit ? found[^1].Id : null);
    }

    static async Task<Subscription> FindAsync(Guid id, Caller caller, SubscriptionStore subscriptions, NpgsqlDataSource database, CancellationToken ct) =>
        await subscriptions.FindAsync(id, ct) is { } found && SubscriptionParties.SeenBy(caller, found, await ProvidedAsync(database, caller, ct)) is { } seen
            ? seen
            : throw SubscriptionParties.NotFound(id);

    /// <summary>The datasets of the caller's department, where it is staff who may know who gets them.</summary>
    static async Task<int[]> ProvidedAsync(NpgsqlDataSource database, Caller caller, CancellationToken ct) =>
        caller.Role is Role.ItStaff or Role.Steward && caller.Department is { } department
            ? [.. (await DatasetHeads.ListAsync(database, ct)).Where(head => head.Department == department).Select(head => head.DatasetId)]
            : [];
}
