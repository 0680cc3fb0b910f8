using System.Globalization;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing.Mail;
using Npgsql;

namespace Exchange.Hub.Sharing.Tasks;

/// <summary>Something that somebody is to do.</summary>
/// <param name="Kind">What is to be done, in kebab-case: <c>pre-check</c>.</param>
/// <param name="Subject">What it is to be done to, as <c>kind:id</c>: <c>request:7</c>.</param>
/// <param name="Role">Who is to do it.</param>
/// <param name="Department">Whose people; null for the hub's own.</param>
/// <param name="Title">One line for people; it also goes out by e-mail, so it names no person.</param>
/// <param name="DueAt">The first instant too late; null when there is no hurry.</param>
public sealed record NewTask(string Kind, string Subject, Role Role, string? Department, string Title, DateTimeOffset? DueAt);

/// <summary>A task as the API shows it.</summary>
/// <param name="RemindedAt">When the hub reminded of it; null while it is not urgent.</param>
public sealed record TaskView(
    long Id, string Kind, string Subject, Role Role, string? Department, string Title, DateTimeOffset? DueAt, DateTimeOffset OpenedAt, DateTimeOffset? RemindedAt);

/// <summary>
/// What people are to do, opened and closed in the transaction of the deed that asks for it or does it. Whoever is to do
/// something is also written to.
/// </summary>
sealed class Tasks(NpgsqlDataSource database, Outbox outbox, HubOptions options, TimeProvider time)
{
    static readonly SqlText columns = $"id, kind, subject, role, department, title, due_at, opened_at, reminded_at";

    /// <summary>Opens a task; one that is open already for the same people stays as it is.</summary>
    public async Task OpenAsync(NpgsqlConnection connection, NewTask task, CancellationToken cancellationToken)
    {
        var opened = await connection.FirstOrDefaultAsync(
            $"""
            insert into sharing.tasks (kind, subject, role, department, title, due_at, opened_at)
            values ($1, $2, $3, $4::text, $5, $6::timestamptz, $7) on conflict (subject, kind, role, department) where closed_at is null do nothing
            returning {columns}
            """,
            [task.Kind, task.Subject, task.Role.ToName(), task.Department, task.Title, task.DueAt?.ToUniversalTime(), time.GetUtcNow()], Read, cancellationToken);
        if (opened is not null)
            await TellAsync(connection, opened, "", cancellationToken);
    }

    /// <summary>Closes the open tasks about a subject: those of one kind, or all.</summary>
    public Task CloseAsync(NpgsqlConnection connection, string subject, string? kind, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(
            $"update sharing.tasks set closed_at = $3 where subject = $1 and closed_at is null and ($2::text is null or kind = $2)",
            [subject, kind, time.GetUtcNow()], cancellationToken);

    /// <summary>The tasks about a subject that were due at one time are due at another.</summary>
    public static Task MoveAsync(NpgsqlConnection connection, string subject, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken) =>
        connection.ExecuteAsync($"update sharing.tasks set due_at = $3 where subject = $1 and due_at = $2 and closed_at is null", [subject, from, to], cancellationToken);

    /// <summary>Reminds of the open tasks about a subject that are due at a time.</summary>
    /// <param name="word">What the letter begins with: <c>Reminder</c>, <c>Overdue</c>.</param>
    public async Task RemindAsync(NpgsqlConnection connection, string subject, DateTimeOffset dueAt, string word, CancellationToken cancellationToken)
    {
        var reminded = await connection.QueryAsync(
            $"update sharing.tasks set reminded_at = $3 where subject = $1 and due_at = $2 and closed_at is null returning {columns}",
            [subject, dueAt, time.GetUtcNow()], Read, cancellationToken);
        foreach (var task in reminded)
            await TellAsync(connection, task, $"{word}: ", cancellationToken);
    }

    /// <summary>The open tasks of the caller's role and department, the most urgent first.</summary>
    public Task<List<TaskView>> ListAsync(Caller caller, CancellationToken cancellationToken) =>
        database.QueryAsync(
            $"""
            select {columns} from sharing.tasks where closed_at is null and role = $1 and ($2::text is null or department = $2)
            order by due_at nulls last, id limit 1000
            """,
            [caller.Role.ToName(), caller.Department], Read, cancellationToken);

    Task TellAsync(NpgsqlConnection connection, TaskView task, string prefix, CancellationToken cancellationToken)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(options.TimeZone);
        var due = task.DueAt is { } at ? string.Create(CultureInfo.InvariantCulture, $"Due before {TimeZoneInfo.ConvertTime(at, zone):yyyy-MM-dd HH:mm} ({options.TimeZone}).\n") : "";
        var people = task.Department is null ? $"the hub's {task.Role.ToName()}" : $"the {task.Role.ToName()} of {task.Department}";
        return outbox.WriteAsync(
            connection, task.Role, task.Department, $"{prefix}{task.Title}",
            $"{task.Title}\n\n{due}This is a task of {people}; it concerns {task.Subject}.\nThe hub lists open tasks at /api/v1/tasks.\n", cancellationToken);
    }

    static TaskView Read(NpgsqlDataReader row) => new(
        row.GetInt64(0), row.GetString(1), row.GetString(2), RoleNames.Parse(row.GetString(3)), row.Maybe<string>(4), row.GetString(5),
        row.Maybe<DateTimeOffset?>(6), row.GetFieldValue<DateTimeOffset>(7), row.Maybe<DateTimeOffset?>(8));
}
