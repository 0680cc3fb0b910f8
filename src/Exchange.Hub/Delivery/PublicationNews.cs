using System.Collections.Concurrent;
using System.Globalization;
using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Platform;

namespace Exchange.Hub.Delivery;

/// <summary>
/// Tells those who wait when something is published, by whichever hub. They are woken too when news may have been
/// missed and when the hub stops: who is woken looks for himself.
/// </summary>
sealed class PublicationNews(DatabaseLogins logins, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<PublicationNews> log)
    : NotificationListener("exchange publications", DatasetHeads.Channel, logins, time, log)
{
    readonly ConcurrentDictionary<int, TaskCompletionSource> next = [];

    /// <summary>Tells of each dataset that was published, by number; null when any may have been.</summary>
    public event Action<int?>? Published;

    /// <summary>
    /// Ends when the dataset is published again. Taken before looking at the dataset, it misses nothing that the look
    /// did not show.
    /// </summary>
    public Task NextAsync(int datasetId)
    {
        var waiting = next.GetOrAdd(datasetId, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        return lifetime.ApplicationStopping.IsCancellationRequested ? Task.CompletedTask : waiting;
    }

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        lifetime.ApplicationStopping.Register(WakeAll); // before the server waits for its requests
        return base.StartAsync(cancellationToken);
    }

    protected override Task OnListeningAsync(CancellationToken cancellationToken)
    {
        WakeAll();
        return Task.CompletedTask;
    }

    protected override Task OnHeardAsync(string payload, CancellationToken cancellationToken)
    {
        var dataset = int.Parse(payload, CultureInfo.InvariantCulture);
        Published?.Invoke(dataset);
        Wake(dataset);
        return Task.CompletedTask;
    }

    protected override void OnDeaf() => WakeAll();

    void WakeAll()
    {
        Published?.Invoke(null);
        foreach (var dataset in next.Keys)
            Wake(dataset);
    }

    void Wake(int dataset)
    {
        if (next.TryRemove(dataset, out var waiting))
            waiting.SetResult();
    }
}
