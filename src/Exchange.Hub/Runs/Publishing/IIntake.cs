using Exchange.Engine.Records;
using Exchange.Hub.Catalog.Storage;
using Npgsql;

namespace Exchange.Hub.Runs.Publishing;

/// <summary>Where the accepted records of one run wait, in the database but unseen, until they are published.</summary>
interface IIntake : IAsyncDisposable
{
    /// <summary>The connection that publishes; for a first load it already carries the run's one transaction.</summary>
    NpgsqlConnection Connection { get; }

    /// <summary>The transaction that is already open on it; null where publishing opens its own.</summary>
    NpgsqlTransaction? Transaction { get; }

    /// <summary>What tells rows that need not be mapped, for one batch at a time; null where every row is mapped.</summary>
    RowMatches? MatchRows() => null;

    /// <summary>Takes the accepted records of a batch; what turns out to be a duplicate key is added to its rejects.</summary>
    Task TakeAsync(MappedBatch batch, CancellationToken cancellationToken);

    /// <summary>Called once after the last batch: what publishing would change.</summary>
    /// <param name="deriveDeletes">True when a record that was not seen is gone.</param>
    Task<Changes> CompleteAsync(bool deriveDeletes, CancellationToken cancellationToken);

    /// <summary>Writes the changes into the dataset's tables within the open transaction.</summary>
    Task ApplyAsync(int publication, long seq, CancellationToken cancellationToken);

    /// <summary>Called once the changes are committed; <paramref name="head"/> is what the dataset stands at now.</summary>
    void Remember(DatasetHead head)
    {
    }

    /// <summary>Leaves the changes for a person to decide on, surviving a crash, instead of dropping them.</summary>
    Task KeepAsync(CancellationToken cancellationToken);
}

/// <summary>What publishing would change, counted in records.</summary>
/// <param name="Removed">Rows of the source that were tombstones of a live record; part of <paramref name="Deleted"/>.</param>
/// <param name="LateRejects">Duplicates that only the database could tell.</param>
sealed record Changes(long Added, long Updated, long Unchanged, long Deleted, long Removed, IReadOnlyList<RecordReject> LateRejects)
{
    /// <summary>True when publishing would change nothing.</summary>
    public bool None => Added + Updated + Deleted == 0;
}
