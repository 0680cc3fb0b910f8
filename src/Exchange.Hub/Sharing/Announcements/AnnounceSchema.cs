using Exchange.Hub.Catalog.Datasets;
using Exchange.Hub.Catalog.Schemas;
using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing.Grants;
using Npgsql;

namespace Exchange.Hub.Sharing.Announcements;

/// <summary>What a provider announces.</summary>
/// <param name="Schema">The schema to come: <c>company/2.0</c>.</param>
/// <param name="PublishFrom">The first day on which it may be published, in the hub's time zone.</param>
/// <param name="ReadableUntil">The last day on which the major version before may be read.</param>
/// <param name="Note">What the provider says to it.</param>
public sealed record NewAnnouncement(string Schema, DateOnly PublishFrom, DateOnly ReadableUntil, string? Note = null);

/// <summary>Announces that a dataset will follow another major version of its schema, to those who read the one that it has.</summary>
sealed class AnnounceSchema(
    NpgsqlDataSource database, DatasetCatalog datasets, SharedSchemas schemas, TellConsumers tell, HubDays days, HubOptions options, IAuditTrail audit, TimeProvider time)
{
    const int LongestYears = 10;

    /// <summary>Announces.</summary>
    /// <exception cref="HubException">No such dataset or schema, not the caller's, too soon, or one is announced already.</exception>
    public async Task<Announcement> ExecuteAsync(string dataset, NewAnnouncement wanted, Caller caller, CancellationToken cancellationToken)
    {
        var found = await datasets.FindAsync(dataset, cancellationToken);
        if (!caller.MayActFor(found.Head.Department))
            throw HubException.Forbidden("other-department", $"Dataset {dataset} belongs to {found.Head.Department}; only its own staff may announce what becomes of it.");
        await RequireSuccessorAsync(found, wanted.Schema, cancellationToken);
        CheckDays(wanted);
        return await database.InTransactionAsync(
            async connection =>
            {
                var head = await DatasetHeads.LockAsync(connection, found.Head.DatasetId, cancellationToken);
                if (await AnnouncementStore.LockOpenAsync(connection, head.DatasetId, cancellationToken) is { } open)
                    throw HubException.Conflict("already-announced", $"{open.To} is announced for {dataset} from {days.Of(open.PublishFrom)} on. Withdraw that first.");
                var consumers = await GrantStore.ConsumersAsync(connection, head.DatasetId, SchemaLines.Of(found.Definition.Schema), time.GetUtcNow(), cancellationToken);
                RequireNotice(wanted, consumers);
                var one = Make(found, wanted, consumers, caller);
                await AnnouncementStore.InsertAsync(connection, one, cancellationToken);
                await tell.OpenAsync(connection, one, cancellationToken);
                await audit.AppendAsync(connection, caller, new SchemaAnnounced(one.Id, one.Dataset, one.From, one.To, one.PublishFrom, one.ReadableUntil, one.Consumers), cancellationToken);
                return one;
            },
            cancellationToken);
    }

    Announcement Make(Dataset dataset, NewAnnouncement wanted, List<string> consumers, Caller caller)
    {
        var now = time.GetUtcNow();
        return new Announcement(
            Guid.CreateVersion7(now), dataset.Head.DatasetId, dataset.Document.Name, dataset.Definition.Schema, wanted.Schema, days.StartOf(wanted.PublishFrom),
            days.StartOf(wanted.ReadableUntil.AddDays(1)), wanted.Note, consumers, now, caller.Name, AnnouncementState.Announced, now, null);
    }

    /// <summary>The schema must be one that the dataset could move to and would need notice for.</summary>
    async Task RequireSuccessorAsync(Dataset dataset, string wanted, CancellationToken cancellationToken)
    {
        var declared = dataset.Definition.Schema;
        if (await schemas.FindOrDefaultAsync(wanted, cancellationToken) is not { } next)
            throw HubException.Invalid(new FieldError("/schema", $"There is no schema {wanted}", "Register it first, or correct the name: company/2.0."));
        if (SchemaLines.Of(declared) == SchemaLines.Of(wanted))
            throw HubException.Conflict("same-major", $"{wanted} is of the same major version as {declared}, which {dataset.Document.Name} follows. It needs no notice: declare the dataset with it.");
        var before = await schemas.FindAsync(declared, cancellationToken);
        if (dataset.Head.Storage && !before.Key.SequenceEqual(next.Key))
            throw HubException.Conflict("key-changed", $"The published records have the key {string.Join(", ", before.Key)}, {wanted} has {string.Join(", ", next.Key)}. Declare a new dataset for the new key.");
    }

    void CheckDays(NewAnnouncement wanted) => new Validation()
        .Require(wanted.PublishFrom >= days.Today, "/publishFrom", "is over", $"Give {days.Today:yyyy-MM-dd} or later.")
        .Require(wanted.ReadableUntil >= wanted.PublishFrom, "/readableUntil", "is before the first day of the new version", $"Give {wanted.PublishFrom:yyyy-MM-dd} or later.")
        .Require(wanted.ReadableUntil <= days.Today.AddYears(LongestYears), "/readableUntil", "is too far away", $"Give {days.Today.AddYears(LongestYears):yyyy-MM-dd} or earlier.")
        .Require(wanted.Note is null or { Length: <= 2000 }, "/note", "is too long", "Say it in at most 2000 characters.")
        .ThrowIfAny();

    void RequireNotice(NewAnnouncement wanted, List<string> consumers)
    {
        var first = days.Today.AddDays(options.SchemaNoticeDays);
        new Validation().Require(
            consumers.Count == 0 || wanted.PublishFrom >= first, "/publishFrom",
            $"leaves {string.Join(", ", consumers)}, who read the dataset, less than {options.SchemaNoticeDays} days of notice",
            $"Give {first:yyyy-MM-dd} or later; an administrator may shorten it afterwards.").ThrowIfAny();
    }
}
