using System.Text;
using System.Text.Json;
using Exchange.Sdk;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Exchange.Connectors.Sqlite;

/// <summary>Rows of one statement, in one read transaction.</summary>
sealed class SqliteRecordReader : IRecordReader
{
    readonly SqliteConnection database;
    readonly SqliteCommand command;
    readonly SqliteDataReader rows;
    readonly ReadRequest request;
    readonly ConnectorContext context;
    readonly DeclaredType[] types;
    readonly int cursorIndex;
    Cursor? cursor;
    long count;

    SqliteRecordReader(SqliteConnection database, SqliteCommand command, IReadOnlyList<SourceColumn> columns, ReadRequest request, ConnectorContext context)
    {
        (this.database, this.command, this.request, this.context) = (database, command, request, context);
        Columns = columns;
        types = [.. columns.Select(column => DeclaredType.Parse(column.SourceType ?? ""))];
        cursorIndex = columns.ToList().FindIndex(column => column.Name == request.CursorColumn);
        cursor = Cursor.Parse(request.Checkpoint);
        rows = command.ExecuteReader();
    }

    public IReadOnlyList<SourceColumn> Columns { get; }

    public static SqliteRecordReader Open(SqliteConnection database, ReadRequest request, ConnectorContext context)
    {
        var options = context.Options<SqliteOptions>();
        var streams = Catalogue.Streams(database, options);
        var stream = streams.FirstOrDefault(stream => stream.Name == request.Stream)
            ?? throw new ConnectorException(ConnectorErrorKind.SourceSchemaChanged, $"{options.Path} has no table or view \"{request.Stream}\". There are: {string.Join(", ", streams.Select(each => each.Name))}.");
        var columns = Wanted(stream, request);
        var command = database.CreateCommand();
        command.CommandText = Statement(stream, columns, request, options, command.Parameters);
        return new SqliteRecordReader(database, command, columns, request, context);
    }

    public ValueTask<ReadEnd?> ReadAsync(Batch batch, CancellationToken cancellationToken) =>
        ValueTask.FromResult(SqliteErrors.Guard(context, () => Read(batch, cancellationToken)));

    public async ValueTask DisposeAsync()
    {
        await rows.DisposeAsync();
        await command.DisposeAsync();
        await database.DisposeAsync();
    }

    ReadEnd? Read(Batch batch, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        batch.Clear(Columns.Count);
        while (!batch.IsFull)
        {
            if (!rows.Read())
            {
                var whole = request.Mode == ReadMode.Full && request.Limit is null;
                return new ReadEnd(whole, count, cursorIndex < 0 ? null : cursor?.ToString());
            }
            var row = rows.Handle!;
            for (var i = 0; i < types.Length; i++)
                ValueWriter.Write(batch, row, i, types[i]);
            batch.EndRow(++count);
            if (cursorIndex >= 0)
                cursor = Cursor.Of(row, cursorIndex) ?? cursor;
        }
        return null;
    }

    static List<SourceColumn> Wanted(SourceStream stream, ReadRequest request)
    {
        var names = stream.Columns.Select(column => column.Name).ToList();
        var asked = (request.Columns ?? names).Concat(request.CursorColumn is { } cursor ? [cursor] : []).ToHashSet();
        var missing = asked.Except(names).ToList();
        return missing.Count == 0
            ? [.. stream.Columns.Where(column => asked.Contains(column.Name))]
            : throw new ConnectorException(ConnectorErrorKind.SourceSchemaChanged, $"{stream.Name} has no column {string.Join(", ", missing)}. It has: {string.Join(", ", names)}.");
    }

    static string Statement(SourceStream stream, List<SourceColumn> columns, ReadRequest request, SqliteOptions options, SqliteParameterCollection parameters)
    {
        if (request is { Mode: ReadMode.Incremental, CursorColumn: null })
            throw new ConnectorException(ConnectorErrorKind.Configuration, $"An incremental read of {stream.Name} needs a cursor column: one whose value grows with every change.");
        var statement = new StringBuilder("select ").AppendJoin(", ", columns.Select(column => Catalogue.Quoted(column.Name)))
            .Append(" from ").Append(Catalogue.SourceOf(stream, options));
        if (request.CursorColumn is { } name)
        {
            // Rows that tie with the last one read may have come since, so they are read again; publishing by key makes that harmless.
            if (request.Mode == ReadMode.Incremental && Cursor.Parse(request.Checkpoint) is { } last)
            {
                statement.Append(" where ").Append(Catalogue.Quoted(name)).Append(" >= $last");
                parameters.AddWithValue("$last", last.Value);
            }
            statement.Append(" order by ").Append(Catalogue.Quoted(name));
        }
        if (request.Limit is { } limit)
            statement.Append(" limit ").Append(limit);
        return statement.ToString();
    }
}

/// <summary>The largest value of the cursor column that was read.</summary>
/// <param name="Value">A long, a double or a text.</param>
sealed record Cursor(object Value)
{
    public static Cursor? Of(sqlite3_stmt row, int index) => raw.sqlite3_column_type(row, index) switch
    {
        raw.SQLITE_INTEGER => new(raw.sqlite3_column_int64(row, index)),
        raw.SQLITE_FLOAT => new(raw.sqlite3_column_double(row, index)),
        raw.SQLITE_TEXT => new(raw.sqlite3_column_text(row, index).utf8_to_string()),
        _ => null,
    };

    public static Cursor? Parse(string? checkpoint)
    {
        if (checkpoint is null)
            return null;
        try
        {
            var value = JsonDocument.Parse(checkpoint).RootElement.GetProperty("after");
            return new(value.ValueKind == JsonValueKind.String ? value.GetString()! : value.TryGetInt64(out var whole) ? whole : value.GetDouble());
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new ConnectorException(ConnectorErrorKind.StateExpired, "The checkpoint holds no cursor of this source; read everything again.", error);
        }
    }

    public override string ToString() => JsonSerializer.Serialize(new { after = Value });
}
