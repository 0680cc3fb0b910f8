using System.Security.Cryptography;
using Exchange.Hub.Platform;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Exchange.Hub.Tests.Platform;

public sealed class SecretStoreTests
{
    const string Canary = "canary\"secret\\with-quotes";

    [Test]
    public async Task A_secret_is_in_no_table_and_no_log_file_not_even_inside_an_exception()
    {
        using var logs = new TemporaryFolder();
        await using (var hub = await TestHub.StartAsync(options => options with { LogFile = logs.Of("hub-.jsonl") }))
        {
            await SetAsync(hub, "source/1/password", Canary);
            Assert.That(await hub.Services.GetRequiredService<ISecretStore>().RevealAsync("source/1/password", CancellationToken.None), Is.EqualTo(Canary));
            var log = hub.Services.GetRequiredService<ILogger<SecretStoreTests>>();
            log.LogError(new InvalidOperationException($"cannot sign in with {Canary}"), "Password {Password} refused", Canary);

            Assert.That(await EverythingStoredAsync(hub), Does.Not.Contain("canary"));
        }
        var written = string.Concat(Directory.GetFiles(logs.Path).Select(File.ReadAllText));
        Assert.That(written, Does.Contain("refused").And.Contain(Redactor.Mask).And.Not.Contain("canary"));
    }

    [Test]
    public async Task Secrets_are_listed_without_their_values_and_forgotten_by_prefix()
    {
        await using var hub = await TestHub.StartAsync();
        var secrets = hub.Services.GetRequiredService<ISecretStore>();
        await SetAsync(hub, "source/1/password", "one-secret");
        await SetAsync(hub, "source/12/password", "two-secret");

        await hub.Database.InTransactionAsync(connection => secrets.DeleteAsync(connection, "source/1/", CancellationToken.None), CancellationToken.None);

        Assert.That((await secrets.ListAsync("source/", CancellationToken.None)).Keys, Is.EqualTo(["source/12/password"]));
        Assert.That(await secrets.RevealAsync("source/1/password", CancellationToken.None), Is.Null);
    }

    [Test]
    public async Task A_new_key_in_front_takes_over_at_the_next_start_and_the_old_one_may_then_go()
    {
        var (old, @new) = (NewKey(), NewKey());
        var logins = await TestPostgres.CreateDatabaseAsync();
        await using (var hub = await TestHub.StartAsync(options => options with { MasterKey = old }, logins: logins))
            await SetAsync(hub, "a", "the-secret");
        await using (await TestHub.StartAsync(options => options with { MasterKey = $"{@new},{old}" }, logins: logins))
        {
        }
        await using var last = await TestHub.StartAsync(options => options with { MasterKey = @new }, logins: logins);
        Assert.That(await last.Services.GetRequiredService<ISecretStore>().RevealAsync("a", CancellationToken.None), Is.EqualTo("the-secret"));
    }

    [Test]
    public async Task A_secret_whose_key_is_missing_says_so_to_who_needs_it_and_to_the_doctor()
    {
        var logins = await TestPostgres.CreateDatabaseAsync();
        await using (var hub = await TestHub.StartAsync(options => options with { MasterKey = NewKey() }, logins: logins))
            await SetAsync(hub, "a", "the-secret");
        await using var other = await TestHub.StartAsync(options => options with { MasterKey = NewKey() }, logins: logins);
        Assert.That(
            () => other.Services.GetRequiredService<ISecretStore>().RevealAsync("a", CancellationToken.None),
            Throws.InstanceOf<HubException>().With.Property(nameof(HubException.Code)).EqualTo("secret-key-missing"));
        Assert.That(await (await other.ClientAsync(Role.Administrator)).GetStringAsync("/api/v1/doctor"), Does.Contain("3 secrets were encrypted with a key that this hub does not have"));
    }

    [TestCase("")]
    [TestCase("c2hvcnQ=")]
    [TestCase("not base64 at all")]
    public void What_is_no_key_is_refused_without_being_repeated(string text)
    {
        using var folder = new TemporaryFolder();
        using var data = DataDirectory.Hold(folder.Of("data"));
        File.WriteAllText(data.Of("master.key"), text);
        Assert.That(() => MasterKeys.Load(new HubOptions(), data), Throws.InstanceOf<SettingsException>().With.Message.Contains("master.key").And.Message.Not.Contains("c2hvcnQ"));
    }

    static Task SetAsync(TestHub hub, string name, string value) =>
        hub.Database.InTransactionAsync(connection => hub.Services.GetRequiredService<ISecretStore>().SetAsync(connection, name, value, CancellationToken.None), CancellationToken.None);

    static async Task<string> EverythingStoredAsync(TestHub hub)
    {
        await using var owner = NpgsqlDataSource.Create(hub.Logins.Owner);
        return await owner.ScalarAsync<string>(
            $$"""
            select string_agg(query_to_xml(format('select * from %I.%I', table_schema, table_name), false, false, '')::text, '')
            from information_schema.tables where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')
            """,
            [],
            CancellationToken.None) ?? "";
    }

    static string NewKey() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
}
