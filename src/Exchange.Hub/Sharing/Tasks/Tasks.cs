using Exchange.Hub.Platform;
using Npgsql;

namespace Exchange.Hub.Sharing.Tasks;

/// <summary>Something that somebody is to do.</summary>
/// <param name="Kind">What is to be done, in kebab-case: <c>pre-check</c>.</param>
/// <param name="Subject">What it is to be done to, as <c>kind:id</c>: <c>request:7</c>.</param>
/// <param name="Role">Who is to do it.</param>
/// <param name="Department">Whose people; null for the hub's own.</param>
/// <param name="Title">One line for people.</param>
/// <param name="DueAt">The first instant too late; null when there is no hurry.</param>
public sealed record NewTask(string Kind, string Subject, Role Role, string? Department, string Title, DateTimeOffset? DueAt);

/// <summary>A task as the API shows it.</summary>
public sealed record TaskView(long Id, string Kind, string Subject, Role Role, string? Department, string Title, DateTimeOffset? DueAt, DateTimeOffset OpenedAt);

/// <summary>What people are to do, opened and closed in the transaction of the deed that asks for it or does it.</summary>
sealed class Tasks(NpgsqlDataSource database, TimeProvider time)
{
    static readonly SqlText columns = $"id, kind, subject, role, department, title, due_at, opened_at";

    /// <summary>Opens a task; one that is open already for the same people stays as it is.</summary>
    public Task OpenAsync(NpgsqlConnection connection, NewTask task, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(
            $"""
            insert into sharing.tasks (kind, subject, role, department, title, due_at, opened_at)
            values ($1, $2, $3, $4::text, $5, $6::timestamptz, $7) on conflict (subject, kind, role, department) where closed_at is null do nothing
            """,
            [task.Kind, task.Subject, task.Role.ToName(), task.Department, task.Title, task.DueAt?.ToUniversalTime(), time.GetUtcNow()], cancellationToken);

    /// <summary>Closes the open tasks about a subject: those of one kind, or all.</summary>
    public Task CloseAsync(NpgsqlConnection connection, string subject, string? kind, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(
            $"update sharing.tasks set closed_at = $3 where subject = $1 and closed_at is null and ($2::text is null or kind = $2)",
            [subject, kind, time.GetUtcNow()], cancellationToken);

    /// <summary>The tasks about a subject that were due at one time are due at another.</summary>
    public static Task MoveAsync(NpgsqlConnection connection, string subject, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken) =>
        connection.ExecuteAsync($"update sharing.tasks set due_at = $3 where subject = $1 and due_at = $2 and closed_at is null", [subject, from, to], cancellationToken);

    /// <summary>The open tasks of the caller's role and department, the most urgent first.</summary>
    public Task<List<TaskView>> ListAsync(Caller caller, CancellationToken cancellationToken) =>
        database.QueryAsync(
            $"""
            select {columns} from sharing.tasks where closed_at is null and role = $1 and ($2::text is null or department = $2)
            order by due_at nulls last, id limit 1000
            """,
            [caller.Role.ToName(), caller.Department], Read, cancellationToken);

    static TaskView Read(NpgsqlDataReader row) => new(
        row.GetInt64(0), row.GetString(1), row.GetString(2), RoleNames.Parse(row.GetString(3)), row.Maybe<string>(4), row.GetString(5),
        row.Maybe<DateTimeOffset?>(6), row.GetFieldValue<DateTimeOffset>(7));
}
