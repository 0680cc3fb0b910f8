using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing.Access;
using Exchange.Hub.Sharing.Grants;
using Npgsql;

namespace Exchange.Hub.Sharing.Use;

/// <summary>Which uses are looked for; null matches everything.</summary>
/// <param name="Key">Key of a record that was looked up.</param>
/// <param name="Grant">Id of a grant.</param>
/// <param name="Before">Only uses before this number: the <c>next</c> of the page before.</param>
/// <param name="Limit">Uses on a page.</param>
sealed record UseQuery(string? Key, Guid? Grant, long? Before, int Limit);

/// <summary>One request for records, as it was recorded.</summary>
/// <param name="Grant">The grant; null for own data and for refusals.</param>
/// <param name="Case">The case that the reader named.</param>
/// <param name="Form">What was sent: <c>record</c>, <c>page</c>, <c>ndjson</c>, …; empty when nothing was.</param>
/// <param name="Reason">Code of why it was refused or broken off.</param>
public sealed record UseView(
    long Id, DateTimeOffset At, string Dataset, Guid? Grant, string Caller, string CallerName, string? Department, string? Purpose, string? Case,
    string Mode, string Form, long Records, long Bytes, string Outcome, string? Reason);

/// <summary>A page of uses, newest first.</summary>
/// <param name="Items">The uses.</param>
/// <param name="Next">What to give as <c>before</c> for the page after, or null at the end.</param>
public sealed record UsePage(IReadOnlyList<UseView> Items, long? Next) : IPage
{
    object? IPage.Next => Next;
}

/// <summary>Tells who used a dataset: everything to its department, administrators and auditors; to others what their own department did.</summary>
sealed class ListUse(NpgsqlDataSource database, UseWriter writer, SharingKeySource keys)
{
    /// <summary>Most uses on a page.</summary>
    public const int MostPerPage = 1000;

    /// <summary>Reads a page.</summary>
    /// <exception cref="HubException">There is no such dataset, or the query's values will not do.</exception>
    public async Task<UsePage> ExecuteAsync(string dataset, UseQuery query, Caller caller, CancellationToken cancellationToken)
    {
        new Validation().Require(query.Limit is >= 1 and <= MostPerPage, "?limit", "is out of bounds", $"Give 1 to {MostPerPage}.").ThrowIfAny();
        var head = await DatasetHeads.FindAsync(database, dataset, cancellationToken) ?? throw HubException.NotFound("dataset-not-found", $"There is no dataset {dataset}.");
        var seesAll = caller.SeesAllGrants() || (caller.Role is Role.Steward or Role.ItStaff && caller.Department == head.Department);
        if (!seesAll && caller.Department is null)
            throw HubException.Forbidden("no-department", "The token belongs to no department, and only departments see what they have used. Ask an administrator for a token of yours.");
        await writer.FlushAsync(cancellationToken); // so that whoever has read sees that they have
        var keyHash = query.Key is { } key ? (await keys.GetAsync(cancellationToken)).HashOfRecord(dataset, key) : null;
        var items = await database.QueryAsync(
            $"""
            select id, at, dataset, grant_id, caller, caller_name, department, purpose, case_number, mode, form, records, bytes, outcome, reason
            from sharing.uses
            where dataset_id = $1 and ($2::text is null or department = $2) and ($3::bytea is null or key_hash = $3)
              and ($4::uuid is null or grant_id = $4) and id < coalesce($5::bigint, 9223372036854775807)
            order by id desc limit $6
            """,
            [head.DatasetId, seesAll ? null : caller.Department, keyHash, query.Grant, query.Before, query.Limit], Read, cancellationToken);
        return new UsePage(items, items.Count == query.Limit ? items[^1].Id : null);
    }

    static UseView Read(NpgsqlDataReader row) => new(
        row.GetInt64(0), row.GetFieldValue<DateTimeOffset>(1), row.GetString(2), row.Maybe<Guid?>(3), row.GetString(4), row.GetString(5), row.Maybe<string>(6),
        row.Maybe<string>(7), row.Maybe<string>(8), row.GetString(9), row.GetString(10), row.GetInt64(11), row.GetInt64(12), row.GetString(13), row.Maybe<string>(14));
}
