using Exchange.Hub.Platform;
using Npgsql;

namespace Exchange.Hub.Catalog.Storage;

/// <summary>The lines that datasets have left, and until when they may be read.</summary>
public static class SchemaLines
{
    /// <summary>The line of a schema: <c>company/1</c> of <c>company/1.4</c>.</summary>
    public static string Of(string schema) => schema[..(schema.LastIndexOf('.') is var dot and >= 0 ? dot : schema.Length)];

    /// <summary>Notes that a dataset leaves a line.</summary>
    /// <param name="connection">In the transaction that changes the dataset's document, before its filterable fields change.</param>
    /// <param name="head">The dataset, locked.</param>
    /// <param name="schema">The schema that it leaves.</param>
    /// <param name="until">Until when the line may be read; null where nobody was promised anything.</param>
    public static async Task LeaveAsync(NpgsqlConnection connection, DatasetHead head, string schema, DateTimeOffset? until, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync($"delete from catalog.schema_lines where dataset_id = $1 and line = $2", [head.DatasetId, Of(schema)], cancellationToken);
        if (until is { } end)
        {
            await connection.ExecuteAsync(
                $"insert into catalog.schema_lines (dataset_id, line, until, filters) values ($1, $2, $3, $4)",
                [head.DatasetId, Of(schema), end.ToUniversalTime(), head.Filters.Select(DatasetHeads.WriteFilter).ToArray()], cancellationToken);
        }
    }

    /// <summary>The lines that a dataset has left and published on, the newest first, whether they may still be read or not.</summary>
    /// <param name="head">The dataset as it stands in the same snapshot of the database.</param>
    public static async Task<IReadOnlyList<PastLine>> PastAsync(NpgsqlConnection connection, DatasetHead head, CancellationToken cancellationToken)
    {
        if (head.Schema is not { } now)
            return [];
        return await connection.QueryAsync(
            $"""
            select l.line, l.until, l.filters, p.number, p.run_id, p.at, p.records, p.added, p.updated, p.deleted, p.first_seq, p.last_seq, p.schema, p.mapping
            from catalog.schema_lines l
            cross join lateral (
                select * from catalog.publications p
                where p.dataset_id = l.dataset_id and p.number <= $2 and regexp_replace(p.schema, '[.][^.]*$', '') = l.line
                order by p.number desc limit 1) p
            where l.dataset_id = $1 and l.line <> $3
            order by p.number desc
            """,
            [head.DatasetId, head.Publication, Of(now)],
            row => new PastLine(
                row.GetString(0),
                new Publication(
                    head.DatasetId, row.GetInt32(3), row.GetGuid(4), row.GetFieldValue<DateTimeOffset>(5), row.GetInt64(6), row.GetInt64(7), row.GetInt64(8),
                    row.GetInt64(9), row.GetInt64(10), row.GetInt64(11), row.GetString(12), row.GetString(13)),
                row.GetFieldValue<DateTimeOffset>(1), [.. row.GetFieldValue<string[]>(2).Select(DatasetHeads.ReadFilter)], now),
            cancellationToken);
    }
}
