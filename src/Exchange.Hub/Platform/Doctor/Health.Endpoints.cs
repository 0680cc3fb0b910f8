using Npgsql;

namespace Exchange.Hub.Platform;

/// <summary>The only routes that are open to everybody, and the doctor's, which is not.</summary>
static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health/live", () => new Health("live"))
            .AllowAnonymous().WithTags("Health").WithSummary("Answers as long as the process does");
        routes.MapGet("/health/ready", async (NpgsqlDataSource database, CancellationToken cancellationToken) =>
            {
                await database.ScalarAsync<int>($"select 1", [], cancellationToken);
                return new Health("ready");
            })
            .AllowAnonymous().WithTags("Health").WithSummary("Answers 200 when the database does, 503 otherwise");
        routes.MapGet("/api/v1/doctor", (Doctor doctor, CancellationToken cancellationToken) => doctor.ExamineAsync(cancellationToken))
            .AllowRoles(Role.Administrator).WithTags("Health").WithSummary("Looks at what the hub stands on, and says what to do");
    }

    internal sealed record Health(string Status);
}
