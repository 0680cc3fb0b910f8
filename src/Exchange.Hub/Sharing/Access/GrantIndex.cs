using System.Collections.Concurrent;
using Exchange.Hub.Sharing.Grants;

namespace Exchange.Hub.Sharing.Access;

/// <summary>
/// The grants in memory, by dataset and consumer: all that have not ended, and those that ended since the last reading.
/// Of two copies of a grant the one with the higher revision holds, so that news may come twice and in any order.
/// Readers take no lock: each list is replaced, not changed.
/// </summary>
sealed class GrantIndex : IDisposable
{
    readonly Lock changing = new();
    ConcurrentDictionary<(int DatasetId, string Consumer), GrantEntry[]> lists = new();
    List<Grant>? meanwhile;
    int readings;
    volatile bool isLive;

    /// <summary>False while changes made elsewhere may not be heard of; then the table must be asked.</summary>
    public bool IsLive => isLive;

    /// <summary>The grants of a department for a dataset.</summary>
    public GrantEntry[] Find(int datasetId, string consumer) => Volatile.Read(ref lists).TryGetValue((datasetId, consumer), out var found) ? found : [];

    /// <summary>Every grant that has not ended.</summary>
    public IEnumerable<Grant> Open => Volatile.Read(ref lists).Values.SelectMany(entries => entries).Select(entry => entry.Grant).Where(grant => !grant.State.IsFinal());

    /// <summary>Takes note of a committed grant.</summary>
    public void Apply(Grant grant)
    {
        lock (changing)
        {
            meanwhile?.Add(grant);
            Put(lists, grant);
        }
    }

    /// <summary>Takes over what the table says of a department and a dataset.</summary>
    /// <param name="read">Reads the table; it is called again when the whole index was read meanwhile.</param>
    public async Task<GrantEntry[]> RefreshAsync(int datasetId, string consumer, Func<Task<List<Grant>>> read)
    {
        while (true)
        {
            var reading = Volatile.Read(ref readings);
            var grants = await read();
            lock (changing)
            {
                if (reading != readings)
                    continue; // what was read may be older than what the index forgot since
                foreach (var grant in grants)
                    Apply(grant);
            }
            return Find(datasetId, consumer);
        }
    }

    /// <summary>Changes made elsewhere can no longer be heard of.</summary>
    public void Lose() => isLive = false;

    /// <summary>Reads everything anew, and is right from then on as long as every change is applied.</summary>
    public async Task ReloadAsync(Func<CancellationToken, Task<List<Grant>>> read, CancellationToken cancellationToken)
    {
        isLive = false;
        lock (changing)
            meanwhile = [];
        try
        {
            var open = await read(cancellationToken);
            lock (changing)
                Replace(open);
            isLive = true;
        }
        finally
        {
            lock (changing)
                meanwhile = null;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var entry in lists.Values.SelectMany(entries => entries))
            entry.Cancel();
    }

    /// <summary>Keeps the entries of grants that stand as they stood, so that their streams go on.</summary>
    void Replace(List<Grant> open)
    {
        var next = new ConcurrentDictionary<(int, string), GrantEntry[]>();
        foreach (var group in open.GroupBy(KeyOf))
        {
            var before = lists.GetValueOrDefault(group.Key, []);
            next[group.Key] = [.. group.Select(grant => Newer(before, grant))];
        }
        var kept = next.Values.SelectMany(entries => entries).Select(entry => entry.Grant.Id).ToHashSet();
        foreach (var gone in lists.Values.SelectMany(entries => entries).Where(entry => !kept.Contains(entry.Grant.Id)))
            gone.Cancel();
        foreach (var grant in meanwhile!)
            Put(next, grant);
        Volatile.Write(ref lists, next);
        readings++;
    }

    static GrantEntry Newer(GrantEntry[] before, Grant grant) => before.FirstOrDefault(entry => entry.Grant.Id == grant.Id) switch
    {
        null => new GrantEntry(grant, new CancellationTokenSource()),
        var known when known.Grant.Revision >= grant.Revision => known,
        var known => known.Become(grant),
    };

    static void Put(ConcurrentDictionary<(int, string), GrantEntry[]> lists, Grant grant)
    {
        var before = lists.GetValueOrDefault(KeyOf(grant), []);
        var entry = Newer(before, grant);
        lists[KeyOf(grant)] = [.. before.Where(each => each.Grant.Id != grant.Id), entry];
    }

    static (int, string) KeyOf(Grant grant) => (grant.DatasetId, grant.Consumer);
}
