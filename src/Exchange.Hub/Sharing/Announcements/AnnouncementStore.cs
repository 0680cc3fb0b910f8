using Exchange.Hub.Platform;
using Npgsql;

namespace Exchange.Hub.Sharing.Announcements;

/// <summary>The rows of <c>sharing.announcements</c>.</summary>
sealed class AnnouncementStore(NpgsqlDataSource database)
{
    const int ListLimit = 100;

    static readonly SqlText columns = $"""
        id, dataset_id, dataset, from_schema, to_schema, publish_from, readable_until, note, consumers, announced_at, announced_by, state, state_changed_at, reason
        """;

    /// <summary>The announcements of a dataset, newest first.</summary>
    public Task<List<Announcement>> ListAsync(int datasetId, CancellationToken cancellationToken) =>
        database.QueryAsync($"select {columns} from sharing.announcements where dataset_id = $1 order by announced_at desc, id desc limit $2", [datasetId, ListLimit], Read, cancellationToken);

    /// <summary>Those whose old major version is read no more, and that do not say so yet.</summary>
    public Task<List<Guid>> OverAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        database.QueryAsync($"select id from sharing.announcements where state = 'made' and readable_until <= $1", [now], row => row.GetGuid(0), cancellationToken);

    /// <summary>The one of a dataset that waits for its day, kept from others who would change it; null when there is none.</summary>
    public static Task<Announcement?> LockOpenAsync(NpgsqlConnection connection, int datasetId, CancellationToken cancellationToken) =>
        connection.FirstOrDefaultAsync($"select {columns} from sharing.announcements where dataset_id = $1 and state = 'announced' for update", [datasetId], Read, cancellationToken);

    /// <summary>One of a dataset, kept from others who would change it.</summary>
    /// <exception cref="HubException">There is none of that id.</exception>
    public static async Task<Announcement> LockAsync(NpgsqlConnection connection, Guid id, CancellationToken cancellationToken) =>
        await connection.FirstOrDefaultAsync($"select {columns} from sharing.announcements where id = $1 for update", [id], Read, cancellationToken)
        ?? throw HubException.NotFound("announcement-not-found", $"There is no announcement {id}. GET /api/v1/datasets/…/announcements lists those of a dataset.");

    public static Task InsertAsync(NpgsqlConnection connection, Announcement one, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(
            $"insert into sharing.announcements ({columns}) values ($1, $2, $3, $4, $5, $6, $7, $8::text, $9, $10, $11, $12, $13, $14::text)",
            [one.Id, one.DatasetId, one.Dataset, one.From, one.To, one.PublishFrom, one.ReadableUntil, one.Note, one.Consumers.ToArray(), one.AnnouncedAt, one.AnnouncedBy,
             one.State.Stored(), one.StateChangedAt, one.Reason], cancellationToken);

    /// <summary>Writes day and state of one that is locked.</summary>
    public static Task UpdateAsync(NpgsqlConnection connection, Announcement one, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(
            $"update sharing.announcements set publish_from = $2, state = $3, state_changed_at = $4, reason = $5::text where id = $1",
            [one.Id, one.PublishFrom, one.State.Stored(), one.StateChangedAt, one.Reason], cancellationToken);

    static Announcement Read(NpgsqlDataReader row) => new(
        row.GetGuid(0), row.GetInt32(1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetFieldValue<DateTimeOffset>(5), row.GetFieldValue<DateTimeOffset>(6),
        row.Maybe<string>(7), row.GetFieldValue<string[]>(8), row.GetFieldValue<DateTimeOffset>(9), row.GetString(10), AnnouncementStates.Parse(row.GetString(11)),
        row.GetFieldValue<DateTimeOffset>(12), row.Maybe<string>(13));
}
