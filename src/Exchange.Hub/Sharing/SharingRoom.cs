using Exchange.Hub.Sharing.Access;
using Exchange.Hub.Sharing.Announcements;
using Exchange.Hub.Sharing.Clocks;
using Exchange.Hub.Sharing.Corrections;
using Exchange.Hub.Sharing.Grants;
using Exchange.Hub.Sharing.Mail;
using Exchange.Hub.Sharing.Policies;
using Exchange.Hub.Sharing.Requests;
using Exchange.Hub.Sharing.Similar;
using Exchange.Hub.Sharing.Tasks;
using Exchange.Hub.Sharing.Use;

namespace Exchange.Hub.Sharing;

/// <summary>The room that decides who may use what, for what, and until when.</summary>
static class SharingRoom
{
    public static IServiceCollection AddSharing(this IServiceCollection services) => services
        .AddPolicies()
        .AddRequests()
        .AddSimilar()
        .AddClocks()
        .AddTasks()
        .AddGrants()
        .AddAccess()
        .AddUse()
        .AddMail()
        .AddCorrections()
        .AddAnnouncements()
        .AddHostedService<SharingUpkeep>();

    public static void MapSharing(this IEndpointRouteBuilder routes)
    {
        routes.MapPolicies();
        routes.MapRequests();
        routes.MapSimilar();
        routes.MapClocks();
        routes.MapTasks();
        routes.MapGrants();
        routes.MapMail();
        routes.MapCorrections();
        routes.MapAnnouncements();
        routes.MapAccess();
        routes.MapUse();
    }
}
