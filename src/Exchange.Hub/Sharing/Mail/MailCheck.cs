using Exchange.Hub.Platform;
using Exchange.Sdk;
using Npgsql;

namespace Exchange.Hub.Sharing.Mail;

/// <summary>Whether letters leave: how many wait and since when, how many were refused for good, and what the server said last.</summary>
sealed class MailCheck(NpgsqlDataSource database, HubOptions options, TimeProvider time) : IDoctorCheck
{
    /// <summary>Letters go out every minute; one that waits for longer than this has met with trouble.</summary>
    static readonly TimeSpan patience = TimeSpan.FromMinutes(10);

    /// <inheritdoc/>
    public string Name => "mail";

    /// <inheritdoc/>
    public async Task<CheckStep> CheckAsync(CancellationToken cancellationToken)
    {
        if (options.SmtpHost is null)
            return new CheckStep(Name, CheckOutcome.Passed, "No mail server is set; people find their tasks in the hub only");
        var (waiting, oldest, refused, problem) = await database.FirstOrDefaultAsync(
            $"""
            select count(*) filter (where refused_at is null), min(written_at) filter (where refused_at is null), count(refused_at),
                   (select problem from sharing.mail where sent_at is null and problem is not null order by number desc limit 1)
            from sharing.mail where sent_at is null
            """,
            [], row => (row.GetInt64(0), row.Maybe<DateTimeOffset?>(1), row.GetInt64(2), row.Maybe<string>(3)), cancellationToken);
        var detail = $"{options.SmtpHost}:{options.SmtpPort}, {waiting} letters wait, {refused} were refused{(problem is null ? "" : $". The server said last: {problem}")}";
        if (oldest < time.GetUtcNow() - patience)
            return new CheckStep(Name, CheckOutcome.Failed, detail, "See that the mail server can be reached and takes the hub's sign-in (smtp settings). The letters are kept, and go out by themselves.");
        return refused == 0
            ? new CheckStep(Name, CheckOutcome.Passed, detail)
            : new CheckStep(Name, CheckOutcome.Failed, detail, "GET /api/v1/mail shows them. Correct the addresses of the departments, then POST /api/v1/mail/{id}/retry.");
    }
}
