using Exchange.Hub.Catalog;
using Exchange.Hub.Platform;

namespace Exchange.Hub.Sharing.Tasks;

/// <summary>What is to be done, for whoever asks.</summary>
static class TasksEndpoints
{
    public static IServiceCollection AddTasks(this IServiceCollection services) => services.AddSingleton<Tasks>();

    public static void MapTasks(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/v1/tasks", async (Caller caller, Tasks tasks, CancellationToken ct) => new ItemList<TaskView>(await tasks.ListAsync(caller, ct)))
            .AllowAnyRole().WithTags("Sharing").WithSummary("Lists what people of the caller's role and department are to do, the most urgent first");
}
