using Exchange.Sdk;
using Microsoft.Data.Sqlite;

namespace Exchange.Connectors.Sqlite;

/// <summary>What a database holds. Names reach a statement only from here, and quoted.</summary>
static class Catalogue
{
    public static IReadOnlyList<SourceStream> Streams(SqliteConnection database, SqliteOptions options)
    {
        if (options.Query is not null)
            return [new SourceStream(SqliteConnector.QueryStream, QueryColumns(database, options), [], null) { Type = "query" }];
        using var command = database.CreateCommand();
        command.CommandText = "select name, type from pragma_table_list where schema = 'main' and type in ('table', 'view', 'virtual') and name not like 'sqlite\\_%' escape '\\' order by name";
        var tables = new List<(string Name, string Type)>();
        using (var reader = command.ExecuteReader())
        {
            while (reader.Read())
                tables.Add((reader.GetString(0), reader.GetString(1)));
        }
        return [.. tables.Select(table => Table(database, table.Name, table.Type))];
    }

    /// <summary>What stands behind <c>from</c> to read a stream.</summary>
    public static string SourceOf(SourceStream stream, SqliteOptions options) =>
        stream.Type == "query" ? $"({Statement(options)}\n)" : Quoted(stream.Name);

    /// <summary>A name as SQL identifier.</summary>
    public static string Quoted(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    static string Statement(SqliteOptions options) => options.Query!.Trim().TrimEnd(';');

    static SourceStream Table(SqliteConnection database, string name, string type)
    {
        using var command = database.CreateCommand();
        command.CommandText = "select name, type, \"notnull\", pk from pragma_table_xinfo($name) where hidden <> 1 order by cid";
        command.Parameters.AddWithValue("$name", name);
        var (columns, key) = (new List<SourceColumn>(), new SortedDictionary<long, string>());
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            var (column, declared) = (reader.GetString(0), reader.GetString(1));
            columns.Add(new SourceColumn(column, DeclaredType.Parse(declared).Kind, !reader.GetBoolean(2), declared.Length == 0 ? null : declared));
            if (reader.GetInt64(3) is > 0 and var place)
                key[place] = column;
        }
        return new SourceStream(name, columns, [.. key.Values], type == "table" ? RowEstimate(database, name) : null) { Type = type == "view" ? "view" : "table" };
    }

    // The largest row id is found at once and is exact where nothing was deleted. Tables without row ids have none.
    static long? RowEstimate(SqliteConnection database, string table)
    {
        try
        {
            using var command = database.CreateCommand();
            command.CommandText = $"select max(rowid) from {Quoted(table)}";
            return command.ExecuteScalar() is long largest ? largest : 0;
        }
        catch (SqliteException)
        {
            return null;
        }
    }

    static List<SourceColumn> QueryColumns(SqliteConnection database, SqliteOptions options)
    {
        using var command = database.CreateCommand();
        command.CommandText = $"select * from ({Statement(options)}\n) limit 0";
        using var reader = command.ExecuteReader();
        return [.. Enumerable.Range(0, reader.FieldCount).Select(i => ColumnOf(reader, i))];
    }

    static SourceColumn ColumnOf(SqliteDataReader reader, int index)
    {
        var declared = SQLitePCL.raw.sqlite3_column_decltype(reader.Handle!, index).utf8_to_string();
        return new SourceColumn(reader.GetName(index), DeclaredType.Parse(declared ?? "").Kind, Nullable: true, declared);
    }
}
