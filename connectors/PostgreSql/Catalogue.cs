using Exchange.Sdk;
using Npgsql;

namespace Exchange.Connectors.PostgreSql;

/// <summary>A stream with what the reader must know of its columns beyond their names.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="From">What stands behind <c>from</c> to read it, quoted.</param>
sealed record CatalogueStream(SourceStream Stream, string From);

/// <summary>What a role can read in a database. Names reach a statement only from here, and quoted.</summary>
static class Catalogue
{
    /// <summary>The stream of a source with a query.</summary>
    public const string QueryStream = "query";

    const string Statement = """
        select n.nspname, c.relname, c.relkind in ('v', 'm'), case when c.relkind in ('r', 'p', 'm') and c.reltuples >= 0 then c.reltuples::bigint end,
               a.attname, format_type(a.atttypid, a.atttypmod), case when t.typtype = 'd' then t.typbasetype else t.oid end, not a.attnotnull,
               array_position(i.indkey::int2[], a.attnum)
        from pg_class c
        join pg_namespace n on n.oid = c.relnamespace
        join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        join pg_type t on t.oid = a.atttypid
        left join pg_index i on i.indrelid = c.oid and i.indisprimary
        where c.relkind in ('r', 'p', 'v', 'm', 'f') and not c.relispartition and n.nspname = any($1)
          and has_schema_privilege(n.oid, 'usage') and has_column_privilege(c.oid, a.attnum, 'select')
        order by n.nspname, c.relname, a.attnum
        """;

    public static async Task<IReadOnlyList<CatalogueStream>> StreamsAsync(NpgsqlConnection connection, PostgreSqlOptions options, CancellationToken cancellationToken)
    {
        if (options.Query is not null)
            return [await QueryAsync(connection, options.Query, cancellationToken)];
        await using var command = connection.CreateCommand();
        command.CommandText = Statement;
        command.Parameters.Add(new NpgsqlParameter { Value = options.Schemas });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<Row>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var column = new SourceColumn(reader.GetString(4), PostgreSqlType.KindOf(reader.GetFieldValue<uint>(6)), reader.GetBoolean(7), reader.GetString(5));
            rows.Add(new Row(reader.GetString(0), reader.GetString(1), reader.GetBoolean(2), reader.IsDBNull(3) ? null : reader.GetInt64(3), column, reader.IsDBNull(8) ? null : reader.GetInt32(8)));
        }
        return [.. rows.GroupBy(row => (row.Schema, row.Table)).Select(StreamOf)];
    }

    /// <summary>A name as SQL identifier.</summary>
    public static string Quoted(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>A text as SQL literal, under <c>standard_conforming_strings</c>.</summary>
    public static string Literal(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    static CatalogueStream StreamOf(IGrouping<(string Schema, string Table), Row> table)
    {
        var first = table.First();
        string[] key = [.. table.Where(row => row.KeyPlace is not null).OrderBy(row => row.KeyPlace).Select(row => row.Column.Name)];
        var stream = new SourceStream($"{first.Schema}.{first.Table}", [.. table.Select(row => row.Column)], key, first.RowEstimate) { Type = first.IsView ? "view" : "table" };
        return new CatalogueStream(stream, $"{Quoted(first.Schema)}.{Quoted(first.Table)}");
    }

    static async Task<CatalogueStream> QueryAsync(NpgsqlConnection connection, string query, CancellationToken cancellationToken)
    {
        var from = $"({query.Trim().TrimEnd(';')}\n) as query";
        await using var command = connection.CreateCommand();
        command.CommandText = $"select * from {from} limit 0";
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var columns = Enumerable.Range(0, reader.FieldCount)
            .Select(i => new SourceColumn(reader.GetName(i), PostgreSqlType.KindOf(reader.GetDataTypeOID(i)), Nullable: true, reader.GetDataTypeName(i))).ToList();
        return new CatalogueStream(new SourceStream(QueryStream, columns, [], null) { Type = "query" }, from);
    }

    sealed record Row(string Schema, string Table, bool IsView, long? RowEstimate, SourceColumn Column, int? KeyPlace);
}
