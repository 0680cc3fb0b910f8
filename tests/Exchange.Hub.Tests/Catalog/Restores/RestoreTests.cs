using System.Text.Json;
using Exchange.Hub.Platform;
using Exchange.Hub.Tests.Delivery;
using Exchange.Hub.Tests.Sharing;
using Npgsql;

namespace Exchange.Hub.Tests.Catalog.Restores;

/// <summary>A hub that was restored from an older backup tells its consumers, whatever the way of restoring.</summary>
public sealed class RestoreTests
{
    string folder = null!;

    [SetUp]
    public void Prepare() => folder = Directory.CreateTempSubdirectory("exchange-restore-").FullName;

    [TearDown]
    public void Clear() => Directory.Delete(folder, recursive: true);

    [Test]
    public async Task After_a_restart_cursors_go_on()
    {
        var logins = await TestPostgres.CreateDatabaseAsync();
        var (name, cursor) = await PublishAsync(logins, 2);
        await using var hub = await StartAsync(logins);
        Assert.That((await Client(await hub.ClientAsync(Role.ItStaff, TestDataset.Department)).GetAsync($"/api/v1/datasets/{name}/changes?cursor={cursor}")).GetProperty("items").GetArrayLength(), Is.Zero);
        Assert.That(await EventsAsync(hub), Is.Empty);
    }

    [Test]
    public async Task In_a_database_that_was_put_in_the_place_of_the_newer_one_old_cursors_are_over()
    {
        var logins = await TestPostgres.CreateDatabaseAsync();
        var (name, cursor) = await PublishAsync(logins, 2);
        await using var hub = await StartAsync(await CopyAsync(logins));
        await IsOverAsync(hub, name, cursor);
    }

    [Test]
    public async Task In_a_database_whose_files_were_put_back_old_cursors_are_over()
    {
        var logins = await TestPostgres.CreateDatabaseAsync();
        var (name, cursor) = await PublishAsync(logins, 2);
        await using (var owner = new NpgsqlConnection(logins.Owner))
        {
            // What a cold copy of the files leaves: the same database, in which the last event never happened.
            await owner.OpenAsync();
            await owner.ExecuteAsync(
                $"""
                alter table audit.events disable trigger all;
                delete from audit.events where seq = (select seq from audit.head);
                alter table audit.events enable trigger all;
                update audit.head set seq = e.seq, hash = e.hash from (select seq, hash from audit.events order by seq desc limit 1) e
                """,
                [], CancellationToken.None);
        }
        await using var hub = await StartAsync(logins);
        await IsOverAsync(hub, name, cursor);
    }

    static async Task IsOverAsync(TestHub hub, string name, string cursor)
    {
        var client = Client(await hub.ClientAsync(Role.ItStaff, TestDataset.Department));
        Assert.That(await client.RefusalAsync($"/api/v1/datasets/{name}/changes?cursor={cursor}"), Is.EqualTo((410, "cursor-expired")));
        Assert.That((await client.GetAsync($"/api/v1/datasets/{name}/changes")).GetProperty("items").GetArrayLength(), Is.Not.Zero, "who begins again is served");
        Assert.That(await EventsAsync(hub), Has.Length.EqualTo(1));
    }

    /// <summary>Publishes under a hub that stops again; the dataset, and a follower's cursor.</summary>
    async Task<(string Name, string Cursor)> PublishAsync(DatabaseLogins logins, int publications)
    {
        await using var hub = await StartAsync(logins);
        await OfferedDataset.SendAsync(await hub.ClientAsync(Role.Administrator), HttpMethod.Put, "departments/somebody", """{"title":{"en":"Somebody"}}"""); // an event
        var dataset = await TestDataset.CreateAsync(hub.Database, "things");
        for (var i = 0; i < publications; i++)
            await dataset.PublishAsync(KeyValuePair.Create($"k{i}", (string?)"{}"));
        var page = await Client(await hub.ClientAsync(Role.ItStaff, TestDataset.Department)).GetAsync($"/api/v1/datasets/{dataset.Name}/changes");
        return (dataset.Name, page.GetProperty("next").GetString()!);
    }

    Task<TestHub> StartAsync(DatabaseLogins logins) => TestHub.StartAsync(options => options with { DataDirectory = folder }, logins: logins);

    static RecordsClient Client(HttpClient client) => new(client);

    static async Task<DatabaseLogins> CopyAsync(DatabaseLogins logins)
    {
        var source = new NpgsqlConnectionStringBuilder(logins.Owner).Database!;
        var copy = source + "_backup";
        await using var owner = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(logins.Owner) { Database = "postgres" }.ConnectionString);
        await owner.OpenAsync();
        await owner.ExecuteAsync($"create database {new Identifier(copy)} template {new Identifier(source)}", [], CancellationToken.None);
        return new DatabaseLogins(In(logins.Owner), In(logins.Application), In(logins.Jobs));

        string In(string login) => new NpgsqlConnectionStringBuilder(login) { Database = copy }.ConnectionString;
    }

    static async Task<JsonElement[]> EventsAsync(TestHub hub)
    {
        var log = await OfferedDataset.SendAsync(await hub.ClientAsync(Role.Auditor), HttpMethod.Get, "audit?type=DatabaseRestored");
        return [.. log.GetProperty("items").EnumerateArray()];
    }
}
