using System.Text;
using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Platform;
using Npgsql;

namespace Exchange.Hub.Tests.Delivery;

/// <summary>
/// A dataset that tests publish to row by row, and beside it, in memory, what each publication must look like.
/// </summary>
sealed class TestDataset
{
    /// <summary>The department that publishes it.</summary>
    public const string Department = "test";

    readonly NpgsqlDataSource database;
    readonly List<SortedDictionary<string, string>> states = [new(StringComparer.Ordinal)];
    readonly List<HashSet<string>> deleted = [[]];
    long seq;

    TestDataset(NpgsqlDataSource database, string name, int id, IReadOnlyList<FilterColumn> filters)
    {
        this.database = database;
        Name = name;
        Id = id;
        Filters = filters;
        Tables = new DatasetTables(id, filters);
    }

    public string Name { get; }

    public int Id { get; }

    public IReadOnlyList<FilterColumn> Filters { get; }

    public DatasetTables Tables { get; }

    /// <summary>Schema that the next publication follows.</summary>
    public string Schema { get; set; } = "test/1.0";

    /// <summary>Number of the newest publication.</summary>
    public int Publication => states.Count - 1;

    /// <summary>Key and body of every record as of a publication.</summary>
    public IReadOnlyDictionary<string, string> State(int publication) => states[publication];

    /// <summary>Keys that a publication deleted.</summary>
    public IReadOnlySet<string> Deleted(int publication) => deleted[publication];

    /// <summary>Key and body of every record now.</summary>
    public IReadOnlyDictionary<string, string> Newest => states[^1];

    public static async Task<TestDataset> CreateAsync(NpgsqlDataSource database, string name, params (string Pointer, FilterType Type)[] filters)
    {
        var columns = filters.Select((f, i) => new FilterColumn(f.Pointer, $"f_{i}", f.Type)).ToList();
        var id = await database.InTransactionAsync(async connection =>
        {
            var id = await DatasetHeads.CreateAsync(connection, name, Department, DateTimeOffset.UnixEpoch, CancellationToken.None);
            foreach (var column in columns)
            {
                await connection.ExecuteAsync(
                    $"insert into catalog.filter_columns (dataset_id, pointer, column_name, type) values ($1, $2, $3, $4)",
                    [id, column.Pointer, column.Column, column.Type.ToString().ToLowerInvariant()], CancellationToken.None);
            }
            return id;
        }, CancellationToken.None);
        return new TestDataset(database, name, id, columns);
    }

    /// <summary>Publishes changes; a null body deletes.</summary>
    public async Task PublishAsync(params IEnumerable<KeyValuePair<string, string?>> changes)
    {
        var state = new SortedDictionary<string, string>(states[^1], StringComparer.Ordinal);
        var number = states.Count;
        var first = seq + 1;
        await database.InTransactionAsync(async connection =>
        {
            if (number == 1)
                await connection.ExecuteAsync($"{Tables.CreateBare}; {Tables.AddKey}; {Tables.AddIndexes}", [], CancellationToken.None);
            await DatasetHeads.LockAsync(connection, Id, CancellationToken.None);
            foreach (var (key, doc) in changes)
            {
                await ChangeAsync(connection, number, key, doc);
                if (doc is null)
                    state.Remove(key);
                else
                    state[key] = doc;
            }
            var publication = new Publication(Id, number, Guid.CreateVersion7(), DateTimeOffset.UnixEpoch.AddDays(number), state.Count, 0, 0, 0, first, seq, Schema, "test@1");
            await DatasetHeads.AdvanceAsync(connection, publication, null, "[]", CancellationToken.None);
        }, CancellationToken.None);
        states.Add(state);
        deleted.Add([.. changes.Where(c => c.Value is null).Select(c => c.Key)]);
    }

    async Task ChangeAsync(NpgsqlConnection connection, int publication, string key, string? doc)
    {
        await connection.ExecuteAsync(
            $"insert into {Tables.History} ({Tables.Columns}, replaced_in) select {Tables.Columns}, $2 from {Tables.Records} where key = $1",
            [key, publication], CancellationToken.None);
        await connection.ExecuteAsync($"delete from {Tables.Records} where key = $1", [key], CancellationToken.None);
        SqlText values = $"";
        foreach (var filter in Filters)
            values = $"{values}, ($6::jsonb #>> {new Literal($"{{{filter.Pointer[1..].Replace('/', ',')}}}")}::text[])::{DatasetTables.SqlType(filter.Type)}";
        await connection.ExecuteAsync(
            $"insert into {Tables.Records} ({Tables.Columns}) select $1, $2, $4::bytea, $3, $5, $6::text{values}",
            [key, ++seq, publication, doc is null ? null : HashOf(doc), doc is null, doc], CancellationToken.None);
    }

    static byte[] HashOf(string doc) => System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(doc))[..16];
}
