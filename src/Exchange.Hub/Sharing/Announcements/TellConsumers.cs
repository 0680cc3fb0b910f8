using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing.Mail;
using Exchange.Hub.Sharing.Tasks;
using Npgsql;

namespace Exchange.Hub.Sharing.Announcements;

/// <summary>What consumers are told of an announcement: a task for those who must do something, and a letter.</summary>
sealed class TellConsumers(Tasks.Tasks tasks, Outbox outbox, HubDays days)
{
    /// <summary>Kind of the task to get ready.</summary>
    public const string Prepare = "prepare-for-schema";

    static readonly Role[] People = [Role.ItStaff, Role.Steward];

    /// <summary>Tells everybody who holds a grant what comes and when.</summary>
    public async Task OpenAsync(NpgsqlConnection connection, Announcement one, CancellationToken cancellationToken)
    {
        var title = $"Get ready for {one.To} of {one.Dataset}: published from {days.Of(one.PublishFrom)}; {SchemaLines.Of(one.From)} is read before {days.Of(one.ReadableUntil)}. Request a grant for it";
        foreach (var consumer in one.Consumers)
        {
            foreach (var role in People)
                await tasks.OpenAsync(connection, new NewTask(Prepare, one.SubjectFor(consumer), role, consumer, title, one.PublishFrom), cancellationToken);
        }
    }

    /// <summary>One consumer has taken note.</summary>
    public Task AcknowledgeAsync(NpgsqlConnection connection, Announcement one, string consumer, CancellationToken cancellationToken) =>
        tasks.CloseAsync(connection, one.SubjectFor(consumer), null, cancellationToken);

    /// <summary>Nobody need get ready any more.</summary>
    public async Task CloseAsync(NpgsqlConnection connection, Announcement one, CancellationToken cancellationToken)
    {
        foreach (var consumer in one.Consumers)
            await tasks.CloseAsync(connection, one.SubjectFor(consumer), null, cancellationToken);
    }

    /// <summary>Tells everybody that nothing comes of it.</summary>
    public async Task WithdrawnAsync(NpgsqlConnection connection, Announcement one, CancellationToken cancellationToken)
    {
        await CloseAsync(connection, one, cancellationToken);
        foreach (var (consumer, role) in from consumer in one.Consumers from role in People select (consumer, role))
        {
            await outbox.WriteAsync(
                connection, role, consumer, $"{one.Dataset} will not follow {one.To}",
                $"The announcement that {one.Dataset} would follow {one.To} from {days.Of(one.PublishFrom)} on was withdrawn: {one.Reason}\n\nIt stays with {one.From}. There is nothing to do.\n", cancellationToken);
        }
    }
}
