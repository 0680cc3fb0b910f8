using System.Collections.Concurrent;
using Exchange.Hub.Delivery.Subscriptions;
using Exchange.Sdk;
using Npgsql;

namespace Exchange.Hub.Tests.Delivery.Subscriptions;

/// <summary>Where a <see cref="MemoryPush"/> sends to.</summary>
sealed record MemoryOptions
{
    [Option("Name of the copy.", Required = true)]
    public string Name { get; init; } = "";

    [Option("What opens it.", Secret = true)]
    public string? Password { get; init; }

    [Option("Changes for each delivery.", Minimum = 1, Maximum = 1000)]
    public int BatchSize { get; init; } = 2;
}

/// <summary>A way of pushing into the memory of a test, which decides what the target does.</summary>
sealed class MemoryPush(PushFeed feed, TimeProvider time) : IPush
{
    /// <summary>What the target does with a delivery; it takes it when null.</summary>
    public Func<MemoryOptions, Task<PushProblem?>> Answer { get; set; } = _ => Task.FromResult<PushProblem?>(null);

    /// <summary>The copies by name, each record by its key with the number of the reading that brought it.</summary>
    public ConcurrentDictionary<string, ConcurrentDictionary<string, (string Record, long Reading)>> Copies { get; } = new();

    public string Kind => "memory";

    public Type Options => typeof(MemoryOptions);

    public Task<IReadOnlyDictionary<string, string>?> BeginAsync(NpgsqlConnection connection, Subscription subscription, object options, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyDictionary<string, string>?>(new Dictionary<string, string> { ["token"] = "shown once" });

    public async Task<PushResult> PushAsync(Subscription subscription, object options, CancellationToken cancellationToken)
    {
        var target = (MemoryOptions)options;
        await using var opened = await feed.OpenAsync(subscription, Kind, cancellationToken);
        var walk = opened.WalkFrom(subscription.Place.Cursor);
        var changes = new List<(string Key, string? Record)>();
        var next = walk.AfterAll;
        Hub.Delivery.Change last = default;
        await foreach (var change in walk.ReadAsync(target.BatchSize + 1, opened.Reading.Stop))
        {
            if (changes.Count == target.BatchSize)
            {
                next = walk.After(last);
                break;
            }
            changes.Add((change.Key, change.Doc is null ? null : System.Text.Encoding.UTF8.GetString(opened.Reading.Show(change.Doc))));
            last = change;
        }
        var whole = opened.IsAll(next);
        var place = subscription.Place with { Cursor = opened.Write(next), Whole = whole || subscription.Place.Whole, Publication = opened.Snapshot.Head.Publication };
        if (changes.Count == 0)
        {
            opened.Complete();
            Sweep(target, place);
            return new PushResult(place, !whole, []);
        }
        await opened.Reading.TakeAsync(opened.Reading.Records);
        await opened.ReleaseAsync();
        var at = time.GetUtcNow();
        var problem = await Answer(target).WaitAsync(opened.Reading.Stop);
        var attempt = new Attempt($"{subscription.Place.Cursor}", AttemptCause.Changes, at, time.GetUtcNow() - at, place.Publication, changes.Count, 0, problem?.Message);
        if (problem is not null)
            return new PushResult(subscription.Place, false, [attempt]) { Problem = problem };
        Apply(target, changes, place);
        opened.Complete();
        return new PushResult(place, !whole, [attempt]);
    }

    public Task<Attempt> TestAsync(Subscription subscription, object options, CancellationToken cancellationToken) =>
        Task.FromResult(new Attempt("test", AttemptCause.Test, time.GetUtcNow(), TimeSpan.Zero, null, 0, 0, ((MemoryOptions)options).Password == "open" ? null : "The password does not open it."));

    void Apply(MemoryOptions target, List<(string Key, string? Record)> changes, PushPlace place)
    {
        var copy = Copies.GetOrAdd(target.Name, _ => new());
        foreach (var (key, record) in changes)
        {
            if (record is null)
                copy.TryRemove(key, out _);
            else
                copy[key] = (record, place.Reading);
        }
        Sweep(target, place);
    }

    void Sweep(MemoryOptions target, PushPlace place)
    {
        if (!place.Whole || !Copies.TryGetValue(target.Name, out var copy))
            return;
        foreach (var (key, _) in copy.Where(each => each.Value.Reading < place.Reading).ToList())
            copy.TryRemove(key, out _);
    }
}
