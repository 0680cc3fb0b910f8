using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace Exchange.Hub.Tests.Runs;

/// <summary>A table read by its growing column: only what changed since the last publication is read, nothing is lost.</summary>
public sealed class IncrementalRunTests
{
    const string Schema = """
        {
          "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Thing", "type": "object", "x-key": ["id"],
          "required": ["id"], "additionalProperties": false, "x-classification": "public",
          "properties": { "id": {"type": "integer"}, "name": {"type": "string"} }
        }
        """;

    [Test]
    public async Task Only_what_changed_is_read_and_nothing_is_deleted()
    {
        await using var hub = await TestHub.StartAsync();
        await using var pipeline = await StartAsync(hub);
        await ExecuteAsync(pipeline, "create table things (id integer primary key, name text, changed integer not null); insert into things values (1, 'a', 10), (2, 'b', 20), (3, 'c', 30)");
        await DeclareAsync(pipeline);
        Assert.That((await pipeline.RunAsync()).Count("added"), Is.EqualTo(3));

        await ExecuteAsync(pipeline, "update things set name = 'B', changed = 40 where id = 2; insert into things values (4, 'd', 30)"); // a tie with what was read last
        var run = await pipeline.RunAsync();
        Assert.That(run.State(), Is.EqualTo("succeeded"), run.ToString());
        Assert.That(run.Count("read"), Is.EqualTo(3), "the tie is read again, row 1 is not");
        Assert.That((run.Count("added"), run.Count("updated"), run.Count("unchanged"), run.Count("deleted")), Is.EqualTo((1, 1, 1, 0)), run.ToString());
        Assert.That((await pipeline.RecordsAsync()).Values, Is.EqualTo(new[]
        {
            """{"id":1,"name":"a"}""", """{"id":2,"name":"B"}""", """{"id":3,"name":"c"}""", """{"id":4,"name":"d"}""",
        }));
        Assert.That((await pipeline.RunAsync()).GetProperty("publication").ValueKind, Is.EqualTo(JsonValueKind.Null), "read again, nothing new");
    }

    static async Task<Pipeline> StartAsync(TestHub hub)
    {
        var pipeline = await Pipeline.AttachAsync(hub);
        await pipeline.PutAsync("departments/office", """{"title":{"en":"Office"}}""");
        await pipeline.PutAsync("schemas/thing/1.0", Schema);
        await pipeline.PutAsync("mappings/things", """{"fields":{"id":"id","name":"name"}}""");
        await pipeline.PutAsync("sources/table", JsonSerializer.Serialize(new { department = "office", connector = "sqlite", options = new { path = FileOf(pipeline) } }));
        return pipeline;
    }

    static Task<JsonElement> DeclareAsync(Pipeline pipeline) => pipeline.PutAsync($"datasets/{Pipeline.Dataset}", """
        {"title":{"en":"Things"},"department":"office","schema":"thing/1.0","source":"table","stream":"things","mapping":"things",
         "read":{"mode":"incremental","cursor":"changed"}}
        """);

    static string FileOf(Pipeline pipeline) => Path.Combine(pipeline.Folder, "things.db");

    static async Task ExecuteAsync(Pipeline pipeline, string sql)
    {
        await using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = FileOf(pipeline), Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }
}
