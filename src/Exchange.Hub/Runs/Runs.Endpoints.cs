using System.Text.Json;
using Exchange.Hub.Catalog;
using Exchange.Hub.Catalog.Datasets;
using Exchange.Hub.Platform;
using Exchange.Hub.Runs.Datasets;
using Exchange.Hub.Runs.Quarantine;

namespace Exchange.Hub.Runs;

/// <summary>The runs' room: datasets and what refreshes them.</summary>
static class RunsRoom
{
    static readonly Role[] staff = [Role.Administrator, Role.ItStaff, Role.Steward];

    public static IServiceCollection AddRuns(this IServiceCollection services) => services
        .AddSingleton<DatasetCatalog>()
        .AddSingleton<DefineDataset>()
        .AddSingleton<DatasetViews>()
        .AddSingleton<RunDatabase>()
        .AddSingleton(provider => RunOptions.From(provider.GetRequiredService<HubOptions>(), provider.GetRequiredService<DataDirectory>()))
        .AddSingleton<RunStore>()
        .AddSingleton<RejectStore>()
        .AddSingleton<RunPlans>()
        .AddSingleton<Publisher>()
        .AddSingleton<HeldPublications>()
        .AddSingleton<Schedules>()
        .AddSingleton<RunDataset>()
        .AddSingleton<OwnRuns>()
        .AddSingleton<CancelRun>()
        .AddSingleton<RunJob>()
        .AddHostedService<Reconciler>();

    public static void MapRuns(this IEndpointRouteBuilder routes)
    {
        MapDatasets(routes);
        MapRunRoutes(routes);
        MapDecisions(routes);
        MapRejects(routes);
    }

    static void MapDatasets(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/datasets").WithTags("Datasets");
        group.MapGet("", async (Caller caller, DatasetViews datasets, CancellationToken ct) => new ItemList<DatasetView>(await datasets.ListAsync(caller, ct)))
            .AllowAnyRole().WithSummary("Lists the datasets on the catalog");
        group.MapGet("/{name}", (string name, Caller caller, DatasetViews datasets, CancellationToken ct) => datasets.FindAsync(name, caller, ct))
            .AllowAnyRole().WithSummary("Shows a dataset: its declaration, its last publication, its next run");
        group.MapPut("/{name}", (string name, JsonElement body, Caller caller, DefineDataset define, CancellationToken ct, bool dryRun = false) =>
                define.ExecuteAsync(name, body, caller, dryRun, ct))
            .AllowRoles(Role.Administrator, Role.ItStaff).WithSummary("Declares a dataset or changes its declaration");
        group.MapPost("/{name}/runs", async (string name, Caller caller, RunDataset run, RunStore runs, CancellationToken ct) =>
            {
                var id = await run.ExecuteAsync(name, "manual", caller, ct);
                return TypedResults.Accepted($"/api/v1/runs/{id}", await runs.FindAsync(id, ct));
            })
            .AllowRoles(Role.Administrator, Role.ItStaff).WithSummary("Asks for a run");
    }

    static void MapRunRoutes(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/runs").WithTags("Runs");
        group.MapGet("", async (Caller caller, OwnRuns own, CancellationToken ct, string? dataset = null, RunState? state = null, DateTimeOffset? before = null, int limit = 50) =>
            {
                new Validation().Require(limit is >= 1 and <= 1000, "?limit", "is out of bounds", "Give 1 to 1000.").ThrowIfAny();
                return new ItemList<Run>(await own.ListAsync(caller, dataset, state, before?.ToUniversalTime(), limit, ct));
            })
            .AllowRoles([.. staff, Role.Auditor]).WithSummary("Lists the runs of the caller's department, newest first");
        group.MapGet("/{id:guid}", (Guid id, Caller caller, OwnRuns own, CancellationToken ct) => own.FindAsync(id, caller, ct))
            .AllowRoles([.. staff, Role.Auditor]).WithSummary("Shows a run");
        group.MapPost("/{id:guid}/cancel", async (Guid id, Caller caller, CancelRun cancel, RunStore runs, CancellationToken ct) =>
            {
                await cancel.ExecuteAsync(id, caller, ct);
                return await runs.FindAsync(id, ct);
            })
            .AllowRoles(Role.Administrator, Role.ItStaff).WithSummary("Stops a run before it publishes");
    }

    static void MapDecisions(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/runs/{id:guid}").WithTags("Runs").AllowRoles(staff);
        group.MapPost("/publish", async (Guid id, Decision decision, Caller caller, HeldPublications held, RunStore runs, CancellationToken ct) =>
            {
                await held.PublishAsync(id, decision.Checked().Reason, caller, ct);
                return await runs.FindAsync(id, ct);
            })
            .WithSummary("Publishes what a run held");
        group.MapPost("/discard", async (Guid id, Decision decision, Caller caller, HeldPublications held, RunStore runs, CancellationToken ct) =>
            {
                await held.DiscardAsync(id, decision.Checked().Reason, caller, ct);
                return await runs.FindAsync(id, ct);
            })
            .WithSummary("Decides against what a run held");
    }

    static void MapRejects(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/runs/{id:guid}/rejects", async (Guid id, Caller caller, OwnRuns own, RejectStore rejects, CancellationToken ct, long after = 0, int limit = 100) =>
                await PageAsync(rejects, (await own.FindAsync(id, caller, ct)).Id, caller, after, limit, ct))
            .AllowRoles(Role.Administrator, Role.ItStaff, Role.Steward).WithTags("Runs").LinksPages("after").WithSummary("Shows the rejects of a run");
        routes.MapGet("/api/v1/datasets/{name}/rejects", async (string name, Caller caller, OwnRuns own, RunStore runs, RejectStore rejects, CancellationToken ct, long after = 0, int limit = 100) =>
            {
                await own.RequireAsync(name, caller, ct);
                var last = (await runs.ListAsync(name, null, null, 20, ct)).FirstOrDefault(r => r.EndedAt is not null || r.State == RunState.Held)
                    ?? throw HubException.NotFound("run-not-found", $"No run of {name} has ended yet.");
                return await PageAsync(rejects, last.Id, caller, after, limit, ct);
            })
            .AllowRoles(Role.Administrator, Role.ItStaff, Role.Steward).WithTags("Runs").LinksPages("after").WithSummary("Shows the rejects of the last run that ended");
    }

    /// <summary>Rows are for the department's own staff; who runs the hub is told how many, where and why.</summary>
    static Task<RejectPage> PageAsync(RejectStore rejects, Guid run, Caller caller, long after, int limit, CancellationToken ct)
    {
        new Validation().Require(limit is >= 1 and <= 1000, "?limit", "is out of bounds", "Give 1 to 1000.").ThrowIfAny();
        return rejects.PageAsync(run, after, limit, withRows: caller.Department is not null, ct);
    }

    /// <summary>A person's word on a held run.</summary>
    /// <param name="Reason">Why; it goes into the audit log.</param>
    internal sealed record Decision(string Reason)
    {
        public Decision Checked()
        {
            new Validation().Require(Reason.Trim().Length is >= 3 and <= 1000, "/reason", "A reason is missing", "Say in 3 to 1000 characters why.").ThrowIfAny();
            return this;
        }
    }
}
