using System.Globalization;
using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Platform;
using Npgsql;

namespace Exchange.Hub.Runs.Publishing;

/// <summary>
/// The tables in which one run's changes wait: <c>stage</c> (all that was read), <c>changed</c> (new and changed
/// records) and <c>gone</c> (the seq of published records that are no more). Unlogged until a person must decide.
/// </summary>
sealed class ChangeTables(Guid run, int epoch, DatasetTables dataset)
{
    /// <summary>Number of columns before the filters.</summary>
    public const int FixedColumns = 9;

    /// <summary>What the names of all such tables begin with; the run's id, its epoch and the part follow.</summary>
    public const string Prefix = "run_";

    readonly string prefix = string.Create(CultureInfo.InvariantCulture, $"{Prefix}{run:n}_{epoch}");

    public Identifier Stage => new("data", prefix + "_stage");

    public Identifier Changed => new("data", prefix + "_changed");

    public Identifier Gone => new("data", prefix + "_gone");

    /// <summary>Columns of <see cref="Stage"/> and <see cref="Changed"/> in COPY order.</summary>
    public SqlText Columns => $"pos, key, hash, doc, deleted, row_number, byte_offset, origin, raw{dataset.FilterList()}";

    public SqlText CreateStage => Create(Stage);

    public SqlText CreateChanges => $"{Create(Changed)}; create unlogged table {Gone} (seq bigint not null)";

    public SqlText Keep => $"alter table {Changed} set logged; alter table {Gone} set logged";

    public SqlText Drop => $"drop table if exists {Stage}, {Changed}, {Gone}";

    /// <summary>Drops one table, named by PostgreSQL's own catalog, that a dead worker left.</summary>
    public static SqlText DropLeftBehind(string table) => $"drop table if exists {new Identifier("data", table)}";

    /// <summary>
    /// Applies the changes within the open transaction: superseded versions go to history, each changed key gets the
    /// next seq in the order of the source, tombstones of what is gone follow.
    /// </summary>
    /// <param name="connection">In the publishing transaction.</param>
    /// <param name="publication">Number of the new publication.</param>
    /// <param name="seq">The last seq given out.</param>
    public async Task ApplyAsync(NpgsqlConnection connection, int publication, long seq, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync($"analyze {Changed}, {Gone}", [], cancellationToken); // few changes go by index, many by a scan
        await connection.ExecuteAsync($"""
            insert into {dataset.History} ({dataset.Columns}, replaced_in)
              select {dataset.ColumnsOf("r")}, $1 from {dataset.Records} r join {Changed} c on c.key = r.key
            """, [publication], cancellationToken);
        await connection.ExecuteAsync($"""
            insert into {dataset.History} ({dataset.Columns}, replaced_in)
              select {dataset.ColumnsOf("r")}, $1 from {dataset.Records} r join {Gone} g on g.seq = r.seq
            """, [publication], cancellationToken);
        await connection.ExecuteAsync($"""
            insert into {dataset.Records} ({dataset.Columns})
              select key, $2 + row_number() over (order by pos), hash, $1, deleted, doc{dataset.FilterList()} from {Changed}
              on conflict (key) do update set seq = excluded.seq, hash = excluded.hash, publication = excluded.publication,
                deleted = excluded.deleted, doc = excluded.doc{dataset.FilterUpserts}
            """, [publication, seq], cancellationToken);
        await connection.ExecuteAsync($"""
            update {dataset.Records} r
              set seq = $2 + (select count(*) from {Changed}) + g.n, publication = $1, deleted = true, hash = null, doc = null{dataset.FilterClears}
              from (select seq, row_number() over (order by seq) n from {Gone}) g
              where g.seq = r.seq
            """, [publication, seq], cancellationToken);
    }

    SqlText Create(Identifier table) => $"""
        create unlogged table {table} (
            pos bigint not null, key text collate "C" not null, hash bytea, doc text, deleted boolean not null,
            row_number bigint, byte_offset bigint, origin text, raw text{dataset.FilterDefinitions})
        """;
}
