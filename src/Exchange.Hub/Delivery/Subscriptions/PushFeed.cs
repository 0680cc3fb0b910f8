using Exchange.Hub.Platform;
using Exchange.Hub.Sharing;
using Exchange.Hub.Sharing.Access;
using Exchange.Hub.Sharing.Use;
using Npgsql;

namespace Exchange.Hub.Delivery.Subscriptions;

/// <summary>Opens datasets for subscriptions: under the same gate as requests, as who subscribes.</summary>
sealed class PushFeed(NpgsqlDataSource database, AccessGate gate, CursorSource cursorSource, SystemStore systems, TimeProvider time)
{
    /// <summary>Opens the dataset of a subscription as one snapshot.</summary>
    /// <param name="subscription">Who reads what.</param>
    /// <param name="form">What is sent, for the record of use: <c>webhook</c>, <c>table</c>, <c>file</c>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="HubException">The gate refuses, or there is no such dataset any more.</exception>
    public async Task<PushReading> OpenAsync(Subscription subscription, string form, CancellationToken cancellationToken)
    {
        await RequireSystemAsync(subscription, cancellationToken);
        var cursors = await cursorSource.GetAsync(cancellationToken);
        var snapshot = await DatasetSnapshot.OpenAsync(database, subscription.Dataset, cancellationToken);
        try
        {
            var question = new ReadQuestion(subscription.Reader(snapshot.Head.Department), snapshot.Head, DeliveryMode.Push, subscription.Purpose, time.GetUtcNow());
            return new PushReading(snapshot, await gate.DecideAsync(question, null, takesRequest: true, cancellationToken), cursors, form, cancellationToken);
        }
        catch
        {
            await snapshot.DisposeAsync();
            throw;
        }
    }

    /// <summary>A system that was ended is sent nothing more.</summary>
    async Task RequireSystemAsync(Subscription subscription, CancellationToken cancellationToken)
    {
        if (SystemIdOf(subscription.System) is { } system && await systems.FindAsync(system, cancellationToken) is null)
            throw HubException.Forbidden("system-ended", $"The subscription reads as {subscription.System}, which was ended. End the subscription too, or make another for a system that there is.");
    }

    /// <summary>The id of a system as a caller is called; null for other callers.</summary>
    public static Guid? SystemIdOf(string? caller) =>
        caller?.Split(':') is ["system", var id] && Guid.TryParse(id, out var system) ? system : null;
}

/// <summary>
/// A dataset that was opened for a subscription. Disposing of it puts what was taken on record: as served when
/// <see cref="Complete"/> was called, else as broken off.
/// </summary>
sealed class PushReading : IAsyncDisposable
{
    readonly ReadAccess access;
    readonly Cursors cursors;
    readonly string form;
    bool complete;
    (long Records, long Bytes)? left;

    public PushReading(DatasetSnapshot snapshot, ReadAccess access, Cursors cursors, string form, CancellationToken cancellationToken)
    {
        this.access = access;
        this.cursors = cursors;
        this.form = form;
        Snapshot = snapshot;
        Reading = new Reading(access, cancellationToken);
    }

    /// <summary>The dataset.</summary>
    public DatasetSnapshot Snapshot { get; }

    /// <summary>What may be seen of it. Its <see cref="Reading.Stop"/> also fires when the grant ends.</summary>
    public Reading Reading { get; }

    /// <summary>The walk through the changes behind a cursor.</summary>
    /// <exception cref="HubException">The cursor is over (<see cref="IsOver"/>): a reading begins again.</exception>
    public FeedWalk WalkFrom(string? cursor) => new(Snapshot, Reading, FeedQuery.From(cursor, Snapshot, access, cursors));

    /// <summary>A place in the feed, as it was kept.</summary>
    /// <exception cref="HubException">It is over (<see cref="IsOver"/>).</exception>
    public FeedCursor Read(string cursor)
    {
        FeedQuery.From(cursor, Snapshot, access, cursors); // refuses what is over
        cursors.TryReadFeed(cursor, out var place);
        return place;
    }

    /// <summary>Whether who stands at a cursor has all that the snapshot has.</summary>
    /// <exception cref="HubException">The cursor is over.</exception>
    public bool HasAll(string cursor) => FeedQuery.From(cursor, Snapshot, access, cursors).HasAll(Snapshot.Head);

    /// <summary>A place in the walk, as the subscription keeps it.</summary>
    public string Write(FeedCursor cursor) => cursors.Write(cursor);

    /// <summary>The cursor of a reader who has everything up to a change.</summary>
    public string CursorAt(long seq) => cursors.Write(new FeedCursor(Snapshot.ScopeOf(access), seq, seq));

    /// <summary>Whether a cursor at this place has all that the snapshot has.</summary>
    public bool IsAll(FeedCursor cursor) => cursor.Left is null && cursor.Seq == cursor.Since && cursor.Seq >= Snapshot.Head.Seq;

    /// <summary>Whether an error means that a cursor is of no use any more and the dataset must be read again.</summary>
    public static bool IsOver(HubException error) => error.Code is "cursor-expired" or "grant-changed";

    /// <summary>Lets the connection go: what comes now reads no more. The right to send what was read is still watched.</summary>
    public ValueTask ReleaseAsync() => Snapshot.DisposeAsync();

    /// <summary>Everything that was taken also arrived.</summary>
    public void Complete() => complete = true;

    /// <summary>Says how much has left the hub, where that is less than what was taken: the quota gets the rest back.</summary>
    public void Left(long records, long bytes) => left = (records, bytes);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        var (records, bytes) = left ?? (Reading.Records, Reading.Bytes);
        if (complete && (records > 0 || Reading.Records > 0))
            access.RecordUse(UseOutcome.Served, form, records, bytes);
        else if (!complete)
            access.RecordUse(UseOutcome.BrokenOff, form, records, bytes, null, access.Ended.IsCancellationRequested ? "grant-ended" : "failed");
        Reading.Dispose();
        access.Dispose();
        await Snapshot.DisposeAsync();
    }
}
