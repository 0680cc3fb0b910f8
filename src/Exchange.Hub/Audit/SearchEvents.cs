using System.Text.Json;
using Exchange.Hub.Platform;
using Npgsql;

namespace Exchange.Hub.Audit;

/// <summary>What is looked for; null matches everything.</summary>
/// <param name="Type">Such as <c>SourceRegistered</c>.</param>
/// <param name="Subject">Such as <c>source:12</c>.</param>
/// <param name="Actor">Id of who did it, such as <c>system</c>.</param>
/// <param name="Before">Only events before this number: the <c>next</c> of the page before.</param>
/// <param name="Limit">Events on a page.</param>
public sealed record AuditQuery(string? Type, string? Subject, string? Actor, long? Before, int Limit);

/// <summary>One event as it was written.</summary>
public sealed record AuditEntry(long Seq, string Hash, JsonElement Event);

/// <summary>A page of events, newest first.</summary>
/// <param name="Items">The events.</param>
/// <param name="Next">What to give as <c>before</c> for the page after, or null at the end.</param>
public sealed record AuditPage(IReadOnlyList<AuditEntry> Items, long? Next) : IPage
{
    object? IPage.Next => Next;
}

/// <summary>Looks events up.</summary>
public sealed class SearchEvents(NpgsqlDataSource database)
{
    /// <summary>Most events on a page.</summary>
    public const int MostPerPage = 1000;

    /// <summary>Reads a page.</summary>
    /// <exception cref="HubException">The query's values will not do.</exception>
    public async Task<AuditPage> ExecuteAsync(AuditQuery query, CancellationToken cancellationToken)
    {
        new Validation()
            .Require(query.Limit is >= 1 and <= MostPerPage, "?limit", "is out of bounds", $"Give 1 to {MostPerPage}.")
            .ThrowIfAny();
        var items = await database.QueryAsync(
            $"""
            select seq, hash, leaf from audit.events
            where ($1::text is null or type = $1) and ($2::text is null or subject = $2) and ($3::text is null or actor = $3) and seq < coalesce($4::bigint, 9223372036854775807)
            order by seq desc limit $5
            """,
            [query.Type, query.Subject, query.Actor, query.Before, query.Limit],
            row => new AuditEntry(row.GetInt64(0), Convert.ToHexStringLower(row.GetFieldValue<byte[]>(1)), JsonElement.Parse(row.GetString(2))),
            cancellationToken);
        return new AuditPage(items, items.Count == query.Limit ? items[^1].Seq : null);
    }
}
