using Exchange.Hub.Catalog;
using Exchange.Hub.Catalog.Schemas;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing.Grants;

namespace Exchange.Hub.Sharing.Announcements;

/// <summary>Announcements of other major versions in the API.</summary>
static class AnnouncementsEndpoints
{
    public static IServiceCollection AddAnnouncements(this IServiceCollection services) => services
        .AddSingleton<HubDays>()
        .AddSingleton<AnnouncementStore>()
        .AddSingleton<TellConsumers>()
        .AddSingleton<AnnounceSchema>()
        .AddSingleton<ChangeAnnouncement>()
        .AddSingleton<ListAnnouncements>()
        .AddSingleton<CloseAnnouncements>()
        .AddSingleton<ISchemaNotice, SchemaNotice>();

    public static void MapAnnouncements(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/datasets/{name}/announcements").WithTags("Sharing");
        group.MapGet("", async (string name, Caller caller, ListAnnouncements list, CancellationToken ct) => new ItemList<AnnouncementView>(await list.ExecuteAsync(name, caller, ct)))
            .AllowAnyRole().WithSummary("Lists which other major versions of its schema were announced for a dataset, newest first, and what each means to readers and writers");
        group.MapPost("", async (string name, NewAnnouncement body, Caller caller, AnnounceSchema announce, ListAnnouncements list, CancellationToken ct) =>
                await list.ViewAsync(await announce.ExecuteAsync(name, body, caller, ct), caller, ct))
            .AllowRoles(Role.Steward, Role.ItStaff).WithSummary("Announces another major version of its schema to those who hold grants for a dataset");
        var one = routes.MapGroup("/api/v1/announcements/{id:guid}").WithTags("Sharing");
        one.MapPost("/shorten", async (Guid id, ShorterNotice body, Caller caller, ChangeAnnouncement change, ListAnnouncements list, CancellationToken ct) =>
                await list.ViewAsync(await change.ShortenAsync(id, body, caller, ct), caller, ct))
            .AllowRoles(Role.Administrator).WithSummary("Lets a dataset follow the announced schema sooner, for a reason");
        one.MapPost("/withdraw", async (Guid id, GrantReason body, Caller caller, ChangeAnnouncement change, ListAnnouncements list, CancellationToken ct) =>
                await list.ViewAsync(await change.WithdrawAsync(id, body.Reason, caller, ct), caller, ct))
            .AllowRoles(Role.Administrator, Role.Steward, Role.ItStaff).WithSummary("Takes an announcement back; consumers are told why");
        one.MapPost("/acknowledge", async (Guid id, Caller caller, ChangeAnnouncement change, CancellationToken ct) =>
            {
                await change.AcknowledgeAsync(id, caller, ct);
                return Results.NoContent();
            })
            .AllowRoles(Role.Steward, Role.ItStaff).WithSummary("Takes note of an announcement; the task to get ready ends");
    }
}
