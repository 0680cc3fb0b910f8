using Exchange.Hub.Platform;
using Npgsql;

namespace Exchange.Hub.Runs.Quarantine;

/// <summary>One row in the quarantine.</summary>
/// <param name="Message">What is wrong, which may tell a value; null for who may not see rows.</param>
/// <param name="Raw">The row; null for who may not see rows.</param>
public sealed record StoredReject(long Id, string Code, string? Field, string? Message, string? Origin, long Row, long ByteOffset, string? Raw);

/// <summary>Rejects of one run that share rule and field.</summary>
public sealed record RejectGroup(string Code, string? Field, long Count);

/// <summary>A page of rejects; <paramref name="Next"/> goes into <c>after</c>.</summary>
public sealed record RejectPage(IReadOnlyList<StoredReject> Items, IReadOnlyList<RejectGroup> Groups, long? Next) : IPage
{
    object? IPage.Next => Next;
}

/// <summary>Reads the quarantine.</summary>
sealed class RejectStore(NpgsqlDataSource database)
{
    /// <summary>Of the worker that has, or last had, the run: one that was overtaken may have left some too.</summary>
    static readonly SqlText current = $"epoch = (select epoch from runs.runs where id = $1)";

    /// <summary>The rejects of a run after a given id, with counts by rule and field.</summary>
    /// <param name="run">The run.</param>
    /// <param name="after">Id of the last one seen.</param>
    /// <param name="limit">How many.</param>
    /// <param name="withRows">Whether what stood in the rows is shown too.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<RejectPage> PageAsync(Guid run, long after, int limit, bool withRows, CancellationToken cancellationToken)
    {
        var items = await database.QueryAsync(
            $"select id, code, field, message, origin, row_number, byte_offset, raw from runs.rejects where run_id = $1 and {current} and id > $2 order by id limit $3",
            [run, after, limit],
            row => new StoredReject(
                row.GetInt64(0), row.GetString(1), row.Maybe<string>(2), withRows ? row.GetString(3) : null, row.Maybe<string>(4), row.GetInt64(5), row.GetInt64(6), withRows ? row.GetString(7) : null),
            cancellationToken);
        var groups = await database.QueryAsync(
            $"select code, field, count(*) from runs.rejects where run_id = $1 and {current} group by code, field order by count(*) desc, code, field",
            [run], row => new RejectGroup(row.GetString(0), row.Maybe<string>(1), row.GetInt64(2)), cancellationToken);
        return new RejectPage(items, groups, items.Count == limit ? items[^1].Id : null);
    }
}
