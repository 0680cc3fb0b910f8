using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing;
using Exchange.Hub.Sharing.Access;

namespace Exchange.Hub.Delivery.Lookup;

/// <summary>What one question found, and what of it may be seen: dataset and records are of one snapshot.</summary>
/// <param name="Dataset">The dataset as it stands.</param>
/// <param name="Access">What the gate allows.</param>
/// <param name="Found">The records: none, one, or two where there are several.</param>
sealed record PointRead(KnownDataset Dataset, ReadAccess Access, IReadOnlyList<PointRecord> Found);

/// <summary>
/// Reads single records under the gate in one round trip. The gate decides on the dataset as it is remembered, without a
/// word to anybody; the read proves that it still stands so; only then the gate decides for good. Where it does not stand
/// so, it is read anew and all is done again.
/// </summary>
sealed class PointReads(KnownDatasets datasets, AccessGate gate, TimeProvider time)
{
    /// <summary>How often a dataset may change while one question is answered.</summary>
    const int Attempts = 5;

    /// <summary>Reads what one question asks for.</summary>
    /// <param name="http">The request.</param>
    /// <param name="name">The dataset.</param>
    /// <param name="mode">How data would leave.</param>
    /// <param name="ask">Makes the query; what it throws is told once the dataset is known to stand so.</param>
    /// <exception cref="HubException">There is no such dataset, the caller may not, or the query will not do.</exception>
    public async Task<PointRead> ReadAsync(HttpContext http, string name, DeliveryMode mode, Func<KnownDataset, PointQuery> ask) =>
        (await TryReadNewestAsync(http, name, mode, ask, orNull: false))!;

    /// <summary>
    /// The same, but for a reader whom the gate would refuse because the dataset has moved to another major version of
    /// its schema: such a reader may still be shown the dataset as it stood, by whoever reads a snapshot.
    /// </summary>
    /// <returns>Null for such a reader.</returns>
    public Task<PointRead?> TryReadNewestAsync(HttpContext http, string name, DeliveryMode mode, Func<KnownDataset, PointQuery> ask) =>
        TryReadNewestAsync(http, name, mode, ask, orNull: true);

    async Task<PointRead?> TryReadNewestAsync(HttpContext http, string name, DeliveryMode mode, Func<KnownDataset, PointQuery> ask, bool orNull)
    {
        var dataset = await datasets.FindAsync(name, http.RequestAborted);
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var (isCurrent, read) = await TryReadAsync(http, dataset, mode, ask, orNull);
            if (isCurrent)
                return read;
            dataset = await datasets.LoadAsync(name, http.RequestAborted);
        }
        throw Changing(name);
    }

    /// <summary>Has the gate decide on a dataset as it stands, for several questions to be asked under that decision.</summary>
    /// <exception cref="HubException">There is no such dataset, or the caller may not.</exception>
    public async Task<(KnownDataset Dataset, ReadAccess Access)> OpenAsync(HttpContext http, string name, DeliveryMode mode)
    {
        var dataset = await datasets.FindAsync(name, http.RequestAborted);
        if (!await datasets.IsCurrentAsync(dataset, http.RequestAborted))
            dataset = await datasets.LoadAsync(name, http.RequestAborted);
        return (dataset, await gate.DecideAsync(http, dataset.Head, mode));
    }

    /// <summary>Reads what several questions ask for, all of one publication; each counts as a request, of which the gate has taken one.</summary>
    /// <returns>The dataset as it stood when all was read, and what was found.</returns>
    /// <exception cref="HubException">A query will not do, or the quota does not allow so many.</exception>
    public async Task<(KnownDataset Dataset, IReadOnlyList<PointRecord>[] Found)> ReadAllAsync(
        KnownDataset opened, ReadAccess access, int count, Func<KnownDataset, IReadOnlyList<PointQuery>> ask, CancellationToken cancellation)
    {
        await access.TakeRequestsAsync(count - 1, cancellation);
        var dataset = opened;
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (await TryReadAllAsync(dataset, access, ask(dataset), cancellation) is { } found)
                return (dataset, found);
            dataset = await datasets.LoadAsync(opened.Head.Name, cancellation);
            if (dataset.Head.Department != opened.Head.Department || dataset.Head.Schema != opened.Head.Schema || !dataset.Head.Filters.SequenceEqual(opened.Head.Filters))
                break; // the decision was about another dataset, so to speak
        }
        throw Changing(opened.Head.Name);
    }

    async Task<(bool IsCurrent, PointRead? Read)> TryReadAsync(HttpContext http, KnownDataset dataset, DeliveryMode mode, Func<KnownDataset, PointQuery> ask, bool orNull)
    {
        var (query, wrong) = Ask(dataset, ask);
        var (rows, refusal) = await AllowedRowsAsync(http, dataset, mode);
        var found = rows is null || query is null || !dataset.Head.Storage
            ? await datasets.IsCurrentAsync(dataset, http.RequestAborted) ? [] : null
            : await datasets.ReadAsync(dataset, query, rows, http.RequestAborted);
        if (found is null)
            return (false, null);
        if (orNull && refusal == GrantMisfit.SchemaMajorChanged.ToCode())
            return (true, null);
        var access = await gate.DecideAsync(http, dataset.Head, mode);
        if (wrong is not null)
            throw wrong;
        if (!ReferenceEquals(access.Rows, rows) && dataset.Head.Storage)
            found = await datasets.ReadAsync(dataset, query!, access.Rows, http.RequestAborted) ?? throw Changing(dataset.Head.Name);
        return (true, new PointRead(dataset, access, found));
    }

    async Task<IReadOnlyList<PointRecord>[]?> TryReadAllAsync(KnownDataset dataset, ReadAccess access, IReadOnlyList<PointQuery> queries, CancellationToken cancellation)
    {
        var all = new IReadOnlyList<PointRecord>[queries.Count];
        for (var i = 0; i < all.Length; i++)
        {
            var found = dataset.Head.Storage ? await datasets.ReadAsync(dataset, queries[i], access.Rows, cancellation) : [];
            if (found is null)
                return null;
            all[i] = found;
        }
        return dataset.Head.Storage || await datasets.IsCurrentAsync(dataset, cancellation) ? all : null;
    }

    static (PointQuery? Query, HubException? Wrong) Ask(KnownDataset dataset, Func<KnownDataset, PointQuery> ask)
    {
        try
        {
            return (ask(dataset), null);
        }
        catch (HubException wrong)
        {
            return (null, wrong);
        }
    }

    /// <summary>The rows that the gate would show; null where it would refuse, with the code.</summary>
    async ValueTask<(RowFilter? Rows, string? Refusal)> AllowedRowsAsync(HttpContext http, KnownDataset dataset, DeliveryMode mode)
    {
        var question = new ReadQuestion(Caller.Of(http)!, dataset.Head, mode, AccessHeaders.Read(http.Request, AccessHeaders.Purpose), time.GetUtcNow());
        var decision = await gate.AnswerAsync(question, http.RequestAborted);
        return decision.Refusal is { } refusal ? (null, refusal.Code) : (decision.Entry is { } entry ? entry.RowsOver(dataset.Head.Filters) : RowFilter.None, null);
    }

    static HubException Changing(string name) =>
        new(ErrorKind.Unavailable, "dataset-changing", $"Dataset '{name}' is changing faster than the question can be answered. Ask again.") { RetryAfter = TimeSpan.FromSeconds(1) };
}
