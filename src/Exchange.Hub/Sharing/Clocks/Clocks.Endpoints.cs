using Exchange.Hub.Catalog;
using Exchange.Hub.Platform;
using Npgsql;

namespace Exchange.Hub.Sharing.Clocks;

/// <summary>Working days, due dates, and how they are kept.</summary>
static class ClocksEndpoints
{
    public static IServiceCollection AddClocks(this IServiceCollection services) => services
        .AddSingleton<Calendars>()
        .AddSingleton<Clocks>()
        .AddSingleton<WatchClocks>()
        .AddSingleton<WatchCatalogue>()
        .AddSingleton<ClockList>()
        .AddSingleton<ChangeCalendar>()
        .AddSingleton<ChangeClockRules>();

    public static void MapClocks(this IEndpointRouteBuilder routes)
    {
        MapCalendar(routes);
        MapRules(routes);
        MapClockLists(routes);
    }

    static void MapCalendar(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/calendar").WithTags("Sharing");
        group.MapGet("", async (NpgsqlDataSource database, Calendars calendars, CancellationToken ct) =>
            {
                await using var connection = await database.OpenConnectionAsync(ct);
                return await calendars.CalendarAsync(connection, ct);
            })
            .AllowAnyRole().WithSummary("Shows the working calendar");
        group.MapPut("", (CalendarDefinition body, Caller caller, ChangeCalendar change, CancellationToken ct, bool dryRun = false) => change.PutAsync(body, caller, dryRun, ct))
            .AllowRoles(Role.Administrator).WithSummary("Replaces the working calendar; what is due moves with it");
        group.MapPost("/days", async (HttpRequest request, Caller caller, ChangeCalendar change, CancellationToken ct, bool dryRun = false) =>
            {
                using var file = new MemoryStream();
                await request.Body.CopyToAsync(file, ct);
                return await change.ImportAsync(CalendarImport.Read(file.GetBuffer().AsMemory(0, (int)file.Length), request.ContentType), caller, dryRun, ct);
            })
            .Accepts<IReadOnlyList<ImportedDay>>("application/json", CalendarImport.Csv)
            .AllowRoles(Role.Administrator).WithSummary("Enters the holidays and made-up days of a file (CSV or JSON) into the calendar");
    }

    static void MapRules(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/clock-rules").WithTags("Sharing");
        group.MapGet("", async (NpgsqlDataSource database, CancellationToken ct) =>
            {
                await using var connection = await database.OpenConnectionAsync(ct);
                return await Calendars.RulesAsync(connection, ct);
            })
            .AllowAnyRole().WithSummary("Shows how many working days each kind of clock runs");
        group.MapPut("", (ClockRules body, Caller caller, ChangeClockRules change, CancellationToken ct, bool dryRun = false) => change.ExecuteAsync(body, caller, dryRun, ct))
            .AllowRoles(Role.Administrator).WithSummary("Changes how long clocks run that start from now on");
    }

    static void MapClockLists(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/clocks").WithTags("Sharing").AllowRoles(Role.Administrator, Role.ItStaff, Role.Steward, Role.Auditor, Role.Leader);
        group.MapGet("", (ClockList clocks, Caller caller, CancellationToken ct, string? kind = null, string? subject = null, bool? running = null, bool? breached = null, long? before = null, int limit = 50) =>
            {
                new Validation().Require(limit is >= 1 and <= 1000, "?limit", "is out of bounds", "Give 1 to 1000.").ThrowIfAny();
                return clocks.ListAsync(new ClockQuery(Spelling.Parse<ClockKind>(kind, nameof(kind)), subject, running, breached, before, limit), caller, ct);
            })
            .LinksPages("before").WithSummary("Lists clocks of the caller's department, newest first; all for those who belong to none");
        group.MapGet("/counts", async (ClockList clocks, Caller caller, CancellationToken ct, DateTimeOffset? since = null) =>
                new ItemList<ClockCount>(await clocks.CountAsync(since, caller, ct)))
            .WithSummary("Counts kept and breached clocks by department and kind");
    }
}
