using Exchange.Hub.Platform;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Exchange.Hub.Tests.Platform;

public sealed class MigratorTests
{
    [Test]
    public void Numbers_of_migrations_are_unique_and_every_script_of_a_room_is_either_a_migration_or_its_grants()
    {
        Assert.That(Migration.All.Select(migration => migration.Number), Is.Unique);
        var scripts = typeof(Migration).Assembly.GetManifestResourceNames().Count(name => name.EndsWith(".sql", StringComparison.Ordinal));
        Assert.That(Migration.All.Count + Migration.Grants.Count, Is.EqualTo(scripts));
    }

    [Test]
    public async Task Migrating_twice_changes_nothing_the_second_time()
    {
        var logins = await TestPostgres.CreateEmptyDatabaseAsync();
        await MigrateAsync(logins);
        var first = await AppliedAsync(logins);
        await MigrateAsync(logins);
        Assert.That(await AppliedAsync(logins), Is.EqualTo(first).And.EqualTo(Migration.All.Select(migration => migration.Name)));
    }

    [Test]
    public async Task Hubs_that_start_together_take_turns()
    {
        var logins = await TestPostgres.CreateEmptyDatabaseAsync();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => MigrateAsync(logins)));
        Assert.That(await AppliedAsync(logins), Is.EqualTo(Migration.All.Select(migration => migration.Name)));
    }

    [Test]
    public async Task A_database_that_a_newer_hub_migrated_is_refused_by_name()
    {
        var logins = await TestPostgres.CreateEmptyDatabaseAsync();
        Migration[] newer = [.. Migration.All, new(9999, "Overview/9999_from_the_future.sql", "create table platform.future (id int)")];
        await MigrateAsync(logins, newer);
        Assert.That(() => MigrateAsync(logins), Throws.InstanceOf<MigrationException>().With.Message.Contains("newer hub").And.Message.Contains("Overview/9999_from_the_future.sql"));
    }

    [Test]
    public async Task A_migration_that_fails_is_named_and_leaves_nothing_of_itself()
    {
        var logins = await TestPostgres.CreateEmptyDatabaseAsync();
        Migration[] broken = [.. Migration.All, new(9999, "Runs/9999_broken.sql", "create table platform.half (id int); select nonsense;")];
        Assert.That(() => MigrateAsync(logins, broken), Throws.InstanceOf<MigrationException>().With.Message.Contains("Runs/9999_broken.sql").And.Message.Contains("nonsense"));
        await using var database = NpgsqlDataSource.Create(logins.Owner);
        Assert.That(await database.ScalarAsync<string>($"select to_regclass('platform.half')::text", [], CancellationToken.None), Is.Null);
        Assert.That(await AppliedAsync(logins), Has.Count.EqualTo(Migration.All.Count));
    }

    [Test]
    public async Task One_role_for_everything_works_too()
    {
        var logins = await TestPostgres.CreateEmptyDatabaseAsync();
        await MigrateAsync(logins with { Application = logins.Owner, Jobs = logins.Owner });
        await using var hub = await TestHub.StartAsync(logins: logins with { Application = logins.Owner, Jobs = logins.Owner });
        Assert.That(await (await hub.ClientAsync(Role.Administrator)).GetStringAsync("/api/v1/doctor"), Does.Contain("owns its tables"));
    }

    static Task MigrateAsync(DatabaseLogins logins, IReadOnlyList<Migration>? migrations = null) =>
        new Migrator(logins, migrations ?? Migration.All, NullLogger.Instance).MigrateAsync(CancellationToken.None);

    static async Task<List<string>> AppliedAsync(DatabaseLogins logins)
    {
        await using var database = NpgsqlDataSource.Create(logins.Owner);
        return await database.QueryAsync($"select scriptname from platform.migrations order by schemaversionsid", [], row => row.GetString(0), CancellationToken.None);
    }
}
