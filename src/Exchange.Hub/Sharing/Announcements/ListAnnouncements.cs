using Exchange.Hub.Catalog.Schemas;
using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing.Grants;
using Npgsql;

namespace Exchange.Hub.Sharing.Announcements;

/// <summary>An announcement as the API shows it.</summary>
/// <param name="PublishFrom">The first instant at which the new major version may be published.</param>
/// <param name="ReadableUntil">The first instant at which the old one is read no more.</param>
/// <param name="Consumers">Who was told: all of them to the provider, administrators and auditors, to others their own department.</param>
/// <param name="Report">What differs, and what it means.</param>
public sealed record AnnouncementView(
    Guid Id, string Dataset, string From, string To, AnnouncementState State, DateTimeOffset PublishFrom, DateTimeOffset ReadableUntil, string? Note, string? Reason,
    DateTimeOffset AnnouncedAt, IReadOnlyList<string> Consumers, CompatibilityReport Report);

/// <summary>Shows what was announced for a dataset. That a schema comes is for every role, as the schemas are; who reads the dataset is not.</summary>
sealed class ListAnnouncements(NpgsqlDataSource database, AnnouncementStore announcements, CompareSchemas compare)
{
    /// <exception cref="HubException">There is no such dataset.</exception>
    public async Task<IReadOnlyList<AnnouncementView>> ExecuteAsync(string dataset, Caller caller, CancellationToken cancellationToken)
    {
        var head = await HeadAsync(dataset, cancellationToken);
        var views = new List<AnnouncementView>();
        foreach (var one in await announcements.ListAsync(head.DatasetId, cancellationToken))
            views.Add(await ViewAsync(one, head, caller, cancellationToken));
        return views;
    }

    /// <summary>One, as the caller may see it.</summary>
    public async Task<AnnouncementView> ViewAsync(Announcement one, Caller caller, CancellationToken cancellationToken) =>
        await ViewAsync(one, await HeadAsync(one.Dataset, cancellationToken), caller, cancellationToken);

    async Task<AnnouncementView> ViewAsync(Announcement one, DatasetHead head, Caller caller, CancellationToken cancellationToken)
    {
        var seesAll = caller.SeesAllGrants() || caller.Department == head.Department;
        return new AnnouncementView(
            one.Id, one.Dataset, one.From, one.To, one.State, one.PublishFrom, one.ReadableUntil, one.Note, one.Reason, one.AnnouncedAt,
            [.. one.Consumers.Where(consumer => seesAll || consumer == caller.Department)], await compare.ExecuteAsync(one.From, one.To, cancellationToken));
    }

    async Task<DatasetHead> HeadAsync(string dataset, CancellationToken cancellationToken) =>
        await DatasetHeads.FindAsync(database, dataset, cancellationToken) ?? throw HubException.NotFound("dataset-not-found", $"There is no dataset {dataset}.");
}
