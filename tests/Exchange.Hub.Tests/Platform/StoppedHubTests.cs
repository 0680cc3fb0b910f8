using Exchange.Hub.Platform;
using Npgsql;

namespace Exchange.Hub.Tests.Platform;

public sealed class StoppedHubTests
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    [Test]
    public async Task A_hub_that_has_stopped_has_no_connection_left_in_its_database()
    {
        var logins = await TestPostgres.CreateDatabaseAsync();
        for (var start = 0; start < 3; start++)
        {
            await using var hub = await TestHub.StartAsync(logins: logins);
            var client = await hub.ClientAsync(Role.Administrator);
            await client.GetStringAsync("/api/v1/doctor"); // the database, and Hangfire's
            Assert.That(await SessionsAsync(logins), Does.Contain("exchange").And.Contain("exchange jobs"));
        }

        var left = await SessionsAsync(logins);
        using var patience = new CancellationTokenSource(Patience);
        while (left.Count > 0 && !patience.IsCancellationRequested) // the server notices a moment after the client has gone
            left = await SessionsAsync(logins);

        Assert.That(left, Is.Empty);
    }

    /// <summary>Names that the database's sessions go by, looked at from another database.</summary>
    static async Task<List<string>> SessionsAsync(DatabaseLogins logins)
    {
        var owner = new NpgsqlConnectionStringBuilder(logins.Owner);
        await using var observer = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(logins.Owner) { Database = "postgres" });
        return await observer.QueryAsync($"select application_name from pg_stat_activity where datname = $1", [owner.Database], row => row.GetString(0), CancellationToken.None);
    }
}
