using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using Exchange.Sdk;
using Npgsql;

namespace Exchange.Connectors.Tests;

public sealed class PostgreSqlTests
{
    [Test]
    public async Task A_read_sees_one_moment_while_others_write()
    {
        var (server, database) = await DatabaseAsync("create table t (id integer primary key, v text); insert into t select n, repeat('x', 200) from generate_series(1, 20000) n");
        var source = Source(server, database);
        await using var reader = await source.Connector.OpenAsync(new ReadRequest("public.t"), source.Context, CancellationToken.None);
        await reader.ReadAsync(new Batch(rowLimit: 1), CancellationToken.None);
        await server.ExecuteAsync(database, "delete from t where id > 10000; insert into t values (0, 'late')");
        var rest = await Reading.OfAsync(reader, rowLimit: 4096, alreadyRead: 1);
        Assert.That(rest.Lines, Has.Count.EqualTo(19_999));
    }

    [Test]
    public async Task Any_text_comes_through_copy_unchanged()
    {
        var (server, database) = await DatabaseAsync("create table t (id integer primary key, a text, b text)");
        await using var connection = await server.OpenAsync(database);
        await Gen.Char["ab\\\t\n\r\b\f\vN.\"' 张é"].Array[0, 12].Select(characters => new string(characters)).Array[2].Array[1, 200].SampleAsync(async rows =>
        {
            await using var insert = new NpgsqlCommand("truncate t; ", connection);
            await insert.ExecuteNonQueryAsync();
            await using (var copy = await connection.BeginBinaryImportAsync("copy t from stdin (format binary)"))
            {
                foreach (var (index, row) in rows.Index())
                    await copy.WriteRowAsync(CancellationToken.None, index, row[0], row[1]);
                await copy.CompleteAsync();
            }
            var source = Source(server, database);
            var reading = await Reading.OfAsync(source, new ReadRequest("public.t") { Columns = ["a", "b"], CursorColumn = "id" });
            Assert.That(reading.Lines.Select(line => JsonDocument.Parse(line).RootElement).Select(line => (line[1].GetString(), line[2].GetString())),
                Is.EqualTo(rows.Select(row => (row[0], row[1]))));
        }, iter: 20, threads: 1);
    }

    [Test]
    public async Task Discovery_tells_columns_keys_types_and_estimates_of_what_may_be_read()
    {
        var (server, database) = await DatabaseAsync("create table t (b text not null, a integer not null, c numeric(8,2), primary key (a, b)); insert into t select 'x', n, n from generate_series(1, 500) n; analyze t; create view v as select a from t");
        var source = Source(server, database);
        var streams = await source.Connector.DiscoverAsync(source.Context, CancellationToken.None);
        Assert.That(streams.Select(stream => (stream.Name, stream.Type, stream.RowEstimate)), Is.EqualTo(new (string, string, long?)[] { ("public.t", "table", 500), ("public.v", "view", null) }));
        Assert.That(streams[0].Key, Is.EqualTo(new[] { "a", "b" }));
        Assert.That(streams[0].Columns, Is.EqualTo(new[]
        {
            new SourceColumn("b", ValueKind.Text, false, "text"),
            new SourceColumn("a", ValueKind.Integer, false, "integer"),
            new SourceColumn("c", ValueKind.Decimal, true, "numeric(8,2)"),
        }));
    }

    [Test]
    public async Task A_preview_of_a_large_table_is_given_up_without_reading_the_rest()
    {
        var (server, database) = await DatabaseAsync("create view endless as select n, pg_sleep(case when n > 50000 then 3600 else 0 end)::text from generate_series(1, 1000000) n");
        var source = Source(server, database);
        await using (var reader = await source.Connector.OpenAsync(new ReadRequest("public.endless"), source.Context, CancellationToken.None))
            await reader.ReadAsync(new Batch(rowLimit: 10), CancellationToken.None);
        await using var connection = await server.OpenAsync(database);
        await using var command = new NpgsqlCommand("select count(*) from pg_stat_activity where datname = current_database() and application_name = 'exchange' and state = 'active'", connection);
        Assert.That(await command.ExecuteScalarAsync(), Is.Zero);
    }

    [Test]
    public async Task A_server_that_dies_in_the_middle_of_a_read_is_away_for_now()
    {
        var (server, database) = await DatabaseAsync("create table t as select n, repeat('x', 1000) from generate_series(1, 50000) n");
        var source = Source(server, database);
        await using var reader = await source.Connector.OpenAsync(new ReadRequest("public.t"), source.Context, CancellationToken.None);
        await reader.ReadAsync(new Batch(rowLimit: 10), CancellationToken.None);
        await server.ExecuteAsync(database, "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'exchange'");
        var error = await Assert.ThrowsAsync<ConnectorException>(async () => await Reading.OfAsync(reader, rowLimit: 4096));
        Assert.That(error!.Kind, Is.EqualTo(ConnectorErrorKind.Unavailable));
    }

    [Test]
    public async Task A_role_without_rights_is_told_the_grant_to_copy()
    {
        var (server, database) = await DatabaseAsync("create table t (id integer)");
        var role = $"reader_{Guid.NewGuid():N}";
        await server.ExecuteAsync(database, $"create role {role} login password '{role}'");
        var source = Source(server, database, options => (options["user"], options["password"]) = (role, role));
        var steps = await StepsAsync(source);
        Assert.That(steps.Select(step => (step.Name, step.Outcome)), Is.EqualTo(new[]
        {
            ("resolve", CheckOutcome.Passed), ("reach", CheckOutcome.Passed), ("sign in", CheckOutcome.Passed), ("list", CheckOutcome.Failed), ("read", CheckOutcome.Skipped),
        }));
        Assert.That(steps[3].Fix, Is.EqualTo($"GRANT USAGE ON SCHEMA \"public\" TO \"{role}\"; GRANT SELECT ON ALL TABLES IN SCHEMA \"public\" TO \"{role}\";"));
        await server.ExecuteAsync(database, steps[3].Fix!);
        Assert.That((await StepsAsync(source)).Select(step => step.Outcome), Is.All.EqualTo(CheckOutcome.Passed));
    }

    [TestCase("host", "no-such-host.invalid", "resolve", ConnectorErrorKind.Unavailable)]
    [TestCase("port", 1, "reach", ConnectorErrorKind.Unavailable)]
    [TestCase("host", "/nowhere", "reach", ConnectorErrorKind.Unavailable)]
    [TestCase("password", "wrong", "sign in", ConnectorErrorKind.Authentication)]
    [TestCase("password", null, "sign in", ConnectorErrorKind.Authentication)]
    [TestCase("user", "nobody", "sign in", ConnectorErrorKind.Authentication)]
    [TestCase("database", "nowhere", "sign in", ConnectorErrorKind.Configuration)]
    [TestCase("sslMode", "require", "sign in", ConnectorErrorKind.Configuration)]
    [TestCase("schemas", "nowhere", "list", null)]
    [TestCase("query", "select nothing from nowhere", "list", ConnectorErrorKind.Configuration)]
    public async Task A_check_fails_at_the_step_that_is_wrong_and_says_what_to_do(string option, object? value, string step, ConnectorErrorKind? kind)
    {
        var (server, database) = await DatabaseAsync("create table t (id integer)");
        var source = Source(server, database, options => options[option] = option == "schemas" ? new JsonArray("nowhere") : value is int number ? number : (JsonNode?)(value as string));
        var steps = await StepsAsync(source);
        var failed = steps.Single(each => each.Outcome == CheckOutcome.Failed);
        Assert.That(failed.Name, Is.EqualTo(step), failed.Detail);
        Assert.That(failed.Fix, Is.Not.Empty);
        Assert.That(steps.SkipWhile(each => each != failed).Skip(1).Select(each => each.Outcome), Is.All.EqualTo(CheckOutcome.Skipped));
        Assert.That(string.Concat(steps.Select(each => each.ToString())), Does.Not.Contain(PrivatePostgres.Password));
        if (kind is not null)
            Assert.That((await Assert.ThrowsAsync<ConnectorException>(async () => await source.Connector.DiscoverAsync(source.Context, CancellationToken.None)))!.Kind, Is.EqualTo(kind));
    }

    [Test]
    public async Task Columns_that_a_role_may_not_read_are_not_offered()
    {
        var (server, database) = await DatabaseAsync("create table t (id integer, secret text); insert into t values (1, 's')");
        var role = $"reader_{Guid.NewGuid():N}";
        await server.ExecuteAsync(database, $"create role {role} login password '{role}'; grant usage on schema public to {role}; grant select (id) on t to {role}");
        var reading = await Reading.OfAsync(Source(server, database, options => (options["user"], options["password"]) = (role, role)), new ReadRequest("public.t"));
        Assert.That(reading.Columns, Is.EqualTo(new[] { "id" }));
        Assert.That(reading.Lines, Is.EqualTo(new[] { """[{"integer":"1"}]""" }));
    }

    static Task<List<CheckStep>> StepsAsync(ConfiguredSource source) => source.Connector.CheckAsync(source.Context, CancellationToken.None).ToListAsync().AsTask();

    static async Task<(PrivatePostgres Server, string Database)> DatabaseAsync(string script)
    {
        var server = await PrivatePostgres.GetAsync();
        return (server, await server.DatabaseAsync(script));
    }

    internal static ConfiguredSource Source(PrivatePostgres server, string database, Action<JsonObject>? change = null)
    {
        var options = new JsonObject { ["host"] = "127.0.0.1", ["port"] = server.Port, ["database"] = database, ["user"] = PrivatePostgres.User, ["password"] = PrivatePostgres.Password };
        change?.Invoke(options);
        var document = new JsonObject { ["connector"] = "postgresql", ["options"] = options };
        return Repository.Plugins.Resolve(JsonDocument.Parse(document.ToJsonString()).RootElement, TimeProvider.System, "/");
    }
}
