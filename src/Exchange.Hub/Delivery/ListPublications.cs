using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Platform;
using Npgsql;

namespace Exchange.Hub.Delivery;

/// <summary>A publication as the API shows it.</summary>
/// <param name="Number">Counts from 1.</param>
/// <param name="Run">The run that it is the outcome of.</param>
/// <param name="Records">Records alive after it.</param>
/// <param name="Seq">Seq of its last change; null where counts are told as multiples, as it counts changes.</param>
/// <param name="Schema">Schema that its records follow, such as <c>company/1.0</c>.</param>
/// <param name="Mapping">Mapping and revision that made them, such as <c>company@3</c>.</param>
sealed record PublicationView(
    int Number, Guid Run, DateTimeOffset At, long Records, long Added, long Updated, long Deleted, long? Seq, string Schema, string Mapping);

/// <summary>Publications of a dataset, newest first.</summary>
/// <param name="Next">Give it as <c>before</c> to go on; null at the end.</param>
sealed record PublicationPage(IReadOnlyList<PublicationView> Items, int? Next) : IPage
{
    object? IPage.Next => Next;
}

/// <summary>Lists what was published, newest first.</summary>
sealed class ListPublications(NpgsqlDataSource database, HubOptions options)
{
    public async Task<PublicationPage> ExecuteAsync(string dataset, Caller caller, int? before, int? limit, CancellationToken cancellation)
    {
        var take = limit ?? options.PageSize;
        new Validation()
            .Require(take >= 1 && take <= options.PageSizeLimit, "?limit", "is out of bounds", $"Give 1 to {options.PageSizeLimit}.")
            .Require(before is null or >= 1, "?before", "is not the number of a publication", "Give what next was.")
            .ThrowIfAny();
        await using var snapshot = await DatasetSnapshot.OpenAsync(database, dataset, cancellation);
        var upTo = before is { } number ? number - 1 : snapshot.Head.Publication;
        var found = await DatasetHeads.PublicationsAsync(snapshot.Connection, snapshot.Head.DatasetId, upTo, take, cancellation);
        return new PublicationPage([.. found.Select(publication => View(publication, snapshot.Head, caller))], found is [.., { Number: > 1 } last] ? last.Number : null);
    }

    static PublicationView View(Publication p, DatasetHead head, Caller caller) => new(
        p.Number, p.Run, p.At, head.Told(p.Records, caller), head.Told(p.Added, caller), head.Told(p.Updated, caller), head.Told(p.Deleted, caller),
        head.TellsExactly(caller) ? p.LastSeq : null, p.Schema, p.Mapping);
}
