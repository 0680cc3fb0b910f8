using System.Text.Json;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing.Access;
using Npgsql;
using NpgsqlTypes;

namespace Exchange.Hub.Delivery.Subscriptions;

/// <summary>A page of attempts, newest first.</summary>
/// <param name="Next">What to give as <c>before</c> for the page after; null at the end.</param>
public sealed record AttemptPage(IReadOnlyList<Attempt> Items, long? Next);

/// <summary>The log of deliveries: every try, with what was sent and what was answered.</summary>
sealed class AttemptStore(NpgsqlDataSource database, SharingKeySource keys, TimeProvider time)
{
    /// <summary>Tries are kept for so long.</summary>
    static readonly TimeSpan kept = TimeSpan.FromDays(30);

    /// <summary>Writes tries in the connection's transaction.</summary>
    public static async Task AddAsync(NpgsqlConnection connection, IEnumerable<(Guid Subscription, Attempt Attempt)> attempts, CancellationToken cancellationToken)
    {
        await using var copy = await connection.BeginBinaryImportAsync(
            """
            copy delivery.attempts (subscription_id, delivery, cause, at, duration_ms, outcome, publication, records, bytes, request, response, problem, answer)
            from stdin (format binary)
            """,
            cancellationToken);
        foreach (var (subscription, attempt) in attempts)
        {
            await copy.StartRowAsync(cancellationToken);
            await copy.WriteAsync(subscription, NpgsqlDbType.Uuid, cancellationToken);
            await copy.WriteAsync(attempt.Delivery, NpgsqlDbType.Text, cancellationToken);
            await copy.WriteAsync(attempt.Cause.ToString().ToLowerInvariant(), NpgsqlDbType.Text, cancellationToken);
            await copy.WriteAsync(attempt.At.ToUniversalTime(), NpgsqlDbType.TimestampTz, cancellationToken);
            await copy.WriteAsync((int)Math.Min(attempt.Duration.TotalMilliseconds, int.MaxValue), NpgsqlDbType.Integer, cancellationToken);
            await copy.WriteAsync(attempt.Outcome, NpgsqlDbType.Text, cancellationToken);
            await WriteAsync(copy, attempt.Publication, NpgsqlDbType.Integer, cancellationToken);
            await copy.WriteAsync(attempt.Records, NpgsqlDbType.Bigint, cancellationToken);
            await copy.WriteAsync(attempt.Bytes, NpgsqlDbType.Bigint, cancellationToken);
            await WriteAsync(copy, attempt.RequestText ?? attempt.Request?.GetRawText(), NpgsqlDbType.Json, cancellationToken);
            await WriteAsync(copy, attempt.ResponseText ?? attempt.Response?.GetRawText(), NpgsqlDbType.Json, cancellationToken);
            await WriteAsync(copy, attempt.Problem, NpgsqlDbType.Text, cancellationToken);
            await WriteAsync(copy, attempt.SealedAnswer, NpgsqlDbType.Bytea, cancellationToken);
        }
        await copy.CompleteAsync(cancellationToken);
    }

    /// <summary>The tries of one subscription, newest first.</summary>
    public async Task<AttemptPage> ListAsync(Guid subscription, long? before, int limit, CancellationToken cancellationToken)
    {
        var opener = await keys.GetAsync(cancellationToken);
        var items = await database.QueryAsync(
            $"""
            select id, delivery, cause, at, duration_ms, publication, records, bytes, request::text, response::text, problem, answer
            from delivery.attempts where subscription_id = $1 and id < coalesce($2::bigint, 9223372036854775807) order by id desc limit $3
            """,
            [subscription, before, limit], row => Read(row, opener), cancellationToken);
        return new AttemptPage(items, items.Count == limit ? items[^1].Id : null);
    }

    /// <summary>Forgets old tries. Called by the clock.</summary>
    public Task PruneAsync(CancellationToken cancellationToken) =>
        database.ExecuteAsync($"delete from delivery.attempts where at < $1", [time.GetUtcNow() - kept], cancellationToken);

    static Task WriteAsync(NpgsqlBinaryImporter copy, object? value, NpgsqlDbType type, CancellationToken cancellationToken) =>
        value is null ? copy.WriteNullAsync(cancellationToken) : copy.WriteAsync(value, type, cancellationToken);

    static Attempt Read(NpgsqlDataReader row, SharingKeys keys) => new(
        row.GetString(1), Enum.Parse<AttemptCause>(row.GetString(2), ignoreCase: true), row.GetFieldValue<DateTimeOffset>(3), TimeSpan.FromMilliseconds(row.GetInt32(4)),
        row.Maybe<int?>(5), row.GetInt64(6), row.GetInt64(7), row.Maybe<string>(10))
    {
        Id = row.GetInt64(0),
        Request = Json(row.Maybe<string>(8)),
        Response = Json(row.Maybe<string>(9)),
        Answer = row.Maybe<byte[]>(11) is { } box ? keys.Open(box) : null,
    };

    static JsonElement? Json(string? text) => text is null ? null : JsonSerializer.Deserialize<JsonElement>(text);
}
