using Exchange.Hub.Catalog;
using Exchange.Hub.Delivery.Subscriptions;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing;

namespace Exchange.Hub.Delivery.Webhooks;

/// <summary>Webhooks: the way of pushing, and what people do with keys and dead letters.</summary>
static class WebhooksEndpoints
{
    const int MostListed = 1000;
    static readonly Role[] owners = [Role.Subscriber, Role.ItStaff, Role.Administrator];

    public static IServiceCollection AddWebhooks(this IServiceCollection services) => services
        .AddSingleton<WebhookKeys>()
        .AddSingleton<WebhookSender>()
        .AddSingleton<DeadLetterStore>()
        .AddSingleton<RefusedCalls>()
        .AddSingleton<ChangeWebhook>()
        .AddSingleton<IPush, WebhookPush>()
        .AddHostedService<WebhookUpkeep>();

    public static void MapWebhooks(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/subscriptions/{id:guid}").WithTags("Subscriptions");
        group.MapGet("/keys", async (Guid id, Caller caller, ChangeWebhook change, CancellationToken ct) => new ItemList<WebhookKey>(await change.KeysAsync(id, caller, ct)))
            .AllowRoles(owners).WithSummary("Lists the keys that a webhook's calls are signed with, newest first; secrets are not shown");
        group.MapPost("/keys", async (Guid id, NewWebhookKey body, Caller caller, ChangeWebhook change, CancellationToken ct) =>
                TypedResults.Created($"/api/v1/subscriptions/{id}/keys", await change.RotateAsync(id, body, caller, ct)))
            .AllowRoles(owners).WithSummary("Makes a new key, shown this one time; the one of its kind before it signs beside it for a while");
        group.MapDelete("/keys/{key:guid}", async (Guid id, Guid key, Caller caller, ChangeWebhook change, CancellationToken ct) =>
            {
                await change.EndKeyAsync(id, key, caller, ct);
                return TypedResults.NoContent();
            })
            .AllowRoles(owners).WithSummary("Ends a key at once, where another signs for good");
        group.MapGet("/dead-letters", async (
                Guid id, Caller caller, ChangeWebhook change, DeadLetterStore letters, CancellationToken ct, string? state = null, Guid? before = null, int limit = 100) =>
            {
                new Validation().Require(limit is >= 1 and <= MostListed, "?limit", "is out of bounds", $"Give 1 to {MostListed}.").ThrowIfAny();
                await change.RequireAsync(id, caller, ct);
                return await letters.ListAsync(id, Spelling.Parse<DeadLetterState>(state, nameof(state)), before, limit, ct);
            })
            .AllowRoles(owners).WithSummary("Lists the calls that a webhook refused for what they held, newest first");
        group.MapPost("/dead-letters/{letter:guid}/replay", (Guid id, Guid letter, Caller caller, ChangeWebhook change, CancellationToken ct) => change.ReplayAsync(id, letter, caller, ct))
            .AllowRoles(owners).WithSummary("Has the changes of a dead letter sent again, as they are now");
        group.MapPost("/dead-letters/{letter:guid}/dismiss", (Guid id, Guid letter, SubscriptionReason body, Caller caller, ChangeWebhook change, CancellationToken ct) =>
                change.DismissAsync(id, letter, body.Reason, caller, ct))
            .AllowRoles(owners).WithSummary("Sets a dead letter aside: its changes stay missing at the target");
    }
}

/// <summary>What is done for webhooks by the clock.</summary>
sealed class WebhookUpkeep(IJobQueue jobs) : IHostedService
{
    const string EveryNight = "45 2 * * *";

    public Task StartAsync(CancellationToken cancellationToken)
    {
        jobs.Recur<WebhookKeys>("delivery:webhook-keys", JobQueues.Upkeep, keys => keys.PruneAsync(CancellationToken.None), EveryNight, TimeZoneInfo.Utc);
        jobs.Recur<DeadLetterStore>("delivery:dead-letters", JobQueues.Upkeep, letters => letters.PruneAsync(CancellationToken.None), EveryNight, TimeZoneInfo.Utc);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
