using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Exchange.Sdk;
using Npgsql;

namespace Exchange.Connectors.PostgreSql;

/// <summary>Rows of one statement, copied out in one read-only repeatable-read transaction.</summary>
sealed class PostgreSqlRecordReader : IRecordReader
{
    readonly NpgsqlConnection connection;
    readonly NpgsqlCopyTextReader export;
    readonly CopyText copy;
    readonly ReadRequest request;
    readonly PostgreSqlOptions options;
    readonly bool[] single;
    readonly int cursorIndex;
    readonly bool trusted;
    string? cursor;
    long count;
    bool ended;

    PostgreSqlRecordReader(NpgsqlConnection connection, NpgsqlCopyTextReader export, IReadOnlyList<SourceColumn> columns, ReadRequest request, PostgreSqlOptions options)
    {
        (this.connection, this.export, this.request, this.options) = (connection, export, request, options);
        Columns = columns;
        copy = new CopyText(export.BaseStream);
        single = [.. columns.Select(column => column.SourceType == "real")];
        cursorIndex = columns.ToList().FindIndex(column => column.Name == request.CursorColumn);
        cursor = Checkpoint.Parse(request.Checkpoint);
        // Of all server encodings only SQL_ASCII hands out bytes that nobody has checked.
        trusted = connection.PostgresParameters["server_encoding"] != "SQL_ASCII";
    }

    public IReadOnlyList<SourceColumn> Columns { get; }

    public static async Task<PostgreSqlRecordReader> OpenAsync(NpgsqlConnection connection, ReadRequest request, PostgreSqlOptions options, CancellationToken cancellationToken)
    {
        var streams = await Catalogue.StreamsAsync(connection, options, cancellationToken);
        var chosen = streams.FirstOrDefault(each => each.Stream.Name == request.Stream)
            ?? throw new ConnectorException(ConnectorErrorKind.SourceSchemaChanged, Absent(request.Stream, streams, options));
        var columns = Wanted(chosen.Stream, request);
        var statement = Statement(chosen, columns, request);
        var export = (NpgsqlCopyTextReader)await connection.BeginTextExportAsync(statement, cancellationToken);
        return new PostgreSqlRecordReader(connection, export, columns, request, options);
    }

    public async ValueTask<ReadEnd?> ReadAsync(Batch batch, CancellationToken cancellationToken)
    {
        batch.Clear(Columns.Count);
        while (!batch.IsFull)
        {
            if (copy.TryRow(out var row))
            {
                Take(batch, row);
                continue;
            }
            if (!await PostgreSqlErrors.GuardAsync(options, async () => await copy.FillAsync(cancellationToken)))
            {
                ended = true;
                var whole = request.Mode == ReadMode.Full && request.Limit is null;
                return new ReadEnd(whole, count, cursorIndex < 0 || cursor is null ? null : Checkpoint.Of(cursor));
            }
        }
        return null;
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (!ended)
                await export.CancelAsync(); // without it the server would send all the rest first
            await export.DisposeAsync();
        }
        catch (Exception error) when (error is NpgsqlException or OperationCanceledException or ObjectDisposedException)
        {
            // The read is given up; that the server says so too is no news.
        }
        await connection.DisposeAsync();
    }

    void Take(Batch batch, ReadOnlySpan<byte> row)
    {
        count++;
        if (!trusted && !Utf8.IsValid(row))
        {
            var raw = row[..Math.Min(row.Length, SourceReject.RawLimit)].ToArray();
            batch.Reject(new SourceReject("invalid-encoding", "The row holds bytes that are not UTF-8; the database is in SQL_ASCII, which checks nothing. Correct the row at the source.", new(null, count, -1), raw));
            return;
        }
        for (var i = 0; i < Columns.Count; i++)
        {
            if (!copy.TryField(ref row, out var value))
            {
                batch.AddNull();
                continue;
            }
            PostgreSqlType.Write(batch, Columns[i].Kind, single[i], value);
            if (i == cursorIndex)
                cursor = Encoding.UTF8.GetString(value);
        }
        batch.EndRow(count);
    }

    static List<SourceColumn> Wanted(SourceStream stream, ReadRequest request)
    {
        var names = stream.Columns.Select(column => column.Name).ToList();
        var asked = (request.Columns ?? names).Concat(request.CursorColumn is { } cursor ? [cursor] : []).ToHashSet();
        var missing = asked.Except(names).ToList();
        return missing.Count == 0
            ? [.. stream.Columns.Where(column => asked.Contains(column.Name))]
            : throw new ConnectorException(ConnectorErrorKind.SourceSchemaChanged, $"{stream.Name} has no column {string.Join(", ", missing)} that this role may read. It has: {string.Join(", ", names)}.");
    }

    static string Absent(string name, IReadOnlyList<CatalogueStream> streams, PostgreSqlOptions options)
    {
        var there = streams.Count == 0 ? "none" : string.Join(", ", streams.Select(each => each.Stream.Name));
        return $"{options.Database} has no table or view \"{name}\" that \"{options.User}\" may read. There are: {there}. If it exists, let its owner run: {PostgreSqlErrors.Grant(options, null)}";
    }

    static string Statement(CatalogueStream chosen, List<SourceColumn> columns, ReadRequest request)
    {
        if (request is { Mode: ReadMode.Incremental, CursorColumn: null })
            throw new ConnectorException(ConnectorErrorKind.Configuration, $"An incremental read of {request.Stream} needs a cursor column: one whose value grows with every change.");
        var statement = new StringBuilder("copy (select ").AppendJoin(", ", columns.Select(column => Catalogue.Quoted(column.Name))).Append(" from ").Append(chosen.From);
        if (request.CursorColumn is { } name)
        {
            // Rows that tie with the last one read may have come since, so they are read again; publishing by key makes that harmless.
            if (request.Mode == ReadMode.Incremental && Checkpoint.Parse(request.Checkpoint) is { } last)
                statement.Append(" where ").Append(Catalogue.Quoted(name)).Append(" >= ").Append(Catalogue.Literal(last));
            statement.Append(" order by ").Append(Catalogue.Quoted(name)).Append(" nulls last");
        }
        if (request.Limit is { } limit)
            statement.Append(" limit ").Append(limit.ToString(CultureInfo.InvariantCulture));
        return statement.Append(") to stdout").ToString();
    }
}

/// <summary>The largest value of the cursor column that was read, in the server's text form.</summary>
static class Checkpoint
{
    public static string Of(string after) => JsonSerializer.Serialize(new { after });

    public static string? Parse(string? checkpoint)
    {
        if (checkpoint is null)
            return null;
        try
        {
            return JsonDocument.Parse(checkpoint).RootElement.GetProperty("after").GetString();
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new ConnectorException(ConnectorErrorKind.StateExpired, "The checkpoint holds no cursor of this source; read everything again.", error);
        }
    }
}
