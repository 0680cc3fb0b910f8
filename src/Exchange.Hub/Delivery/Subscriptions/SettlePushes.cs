using System.Threading.Channels;
using Exchange.Hub.Platform;
using Npgsql;

namespace Exchange.Hub.Delivery.Subscriptions;

/// <summary>How a claimed subscription stands after a push.</summary>
/// <param name="Claim">What was claimed.</param>
/// <param name="Place">How far the target has the changes.</param>
/// <param name="Attempts">What was tried.</param>
/// <param name="Problem">What is the matter; null when nothing is.</param>
/// <param name="DueAt">When it is looked at next; null: when something is published.</param>
sealed record PushSettlement(PushClaim Claim, PushPlace Place, IReadOnlyList<Attempt> Attempts, PushProblem? Problem, DateTimeOffset? DueAt)
{
    /// <summary>What the way itself writes down with it; nothing where the subscription was taken away meanwhile.</summary>
    public Func<NpgsqlConnection, CancellationToken, Task>? Beside { get; init; }
}

/// <summary>
/// Writes down how pushes went: all that have ended meanwhile in one transaction, so that a thousand small deliveries
/// are not a thousand commits.
/// </summary>
sealed class SettlePushes(NpgsqlDataSource database, TimeProvider time, ILogger<SettlePushes> log) : IHostedService, IDisposable
{
    const int BatchSize = 500;
    static readonly TimeSpan retryAfter = TimeSpan.FromSeconds(1);

    readonly Channel<(PushSettlement Settlement, TaskCompletionSource<bool> Done)> waiting =
        Channel.CreateUnbounded<(PushSettlement, TaskCompletionSource<bool>)>(new UnboundedChannelOptions { SingleReader = true });
    readonly CancellationTokenSource stopping = new();
    Task? writing;

    /// <summary>Writes one down.</summary>
    /// <returns>False when the subscription was no longer this worker's: then nothing but the attempts was written.</returns>
    public async Task<bool> ExecuteAsync(PushSettlement settlement)
    {
        var done = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        return waiting.Writer.TryWrite((settlement, done)) && await done.Task;
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        writing = Task.Run(WriteAllAsync, CancellationToken.None);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        waiting.Writer.TryComplete();
        await stopping.CancelAsync();
        if (writing is not null)
            await writing.WaitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => stopping.Dispose();

    async Task WriteAllAsync()
    {
        var batch = new List<(PushSettlement Settlement, TaskCompletionSource<bool> Done)>(BatchSize);
        while (await waiting.Reader.WaitToReadAsync())
        {
            while (batch.Count < BatchSize && waiting.Reader.TryRead(out var one))
                batch.Add(one);
            var written = await WriteSurelyAsync([.. batch.Select(each => each.Settlement)]);
            foreach (var (settlement, done) in batch)
                done.SetResult(written.Contains(settlement.Claim.Lease));
            batch.Clear();
        }
    }

    /// <summary>
    /// Tries until it is written. A hub that stops while the database is away gives up: another takes the subscriptions
    /// when their leases are over, and sends again what was not written down.
    /// </summary>
    async Task<HashSet<Guid>> WriteSurelyAsync(List<PushSettlement> batch)
    {
        while (true)
        {
            try
            {
                return await database.InTransactionAsync(connection => WriteAsync(connection, batch), CancellationToken.None);
            }
            catch (NpgsqlException e)
            {
                log.LogWarning("{Count} deliveries cannot be written down now: {Problem}", batch.Count, e.Message);
            }
            catch (Exception e)
            {
                // Whoever waits goes on: what was not written down is sent again when the leases are over.
                log.LogError(e, "{Count} deliveries cannot be written down", batch.Count);
                return [];
            }
            if (stopping.IsCancellationRequested)
                return [];
            await Task.Delay(retryAfter, time, stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    async Task<HashSet<Guid>> WriteAsync(NpgsqlConnection connection, List<PushSettlement> batch)
    {
        var now = time.GetUtcNow();
        var written = await connection.QueryAsync(
            $"""
            update delivery.subscriptions s set
              cursor = u.cursor, reading = u.reading, whole = u.whole, publication = u.publication,
              deliveries = s.deliveries + u.deliveries, records = s.records + u.records, delivered_at = coalesce(u.delivered_at, s.delivered_at),
              failures = case when u.problem is null then 0 when u.deliveries > 0 then 1 else s.failures + 1 end,
              failing_since = case when u.problem is null then null when u.deliveries > 0 then $1 else coalesce(s.failing_since, $1) end,
              problem_code = u.problem_code, problem = u.problem,
              due_at = case when u.due_at is null and u.problem is null and s.woken > u.woken then $1 else u.due_at end,
              lease = null, lease_until = null
            from unnest($2::uuid[], $3::bigint[], $4::text[], $5::bigint[], $6::bool[], $7::int[], $8::bigint[], $9::bigint[], $10::timestamptz[], $11::text[], $12::text[], $13::timestamptz[])
              as u(lease, woken, cursor, reading, whole, publication, deliveries, records, delivered_at, problem_code, problem, due_at)
            where s.lease = u.lease
            returning u.lease
            """,
            [now, Of(s => s.Claim.Lease), Of(s => s.Claim.Woken), Of(s => s.Place.Cursor), Of(s => s.Place.Reading), Of(s => s.Place.Whole), Of(s => s.Place.Publication),
             Of(s => Delivered(s).LongCount()), Of(s => Delivered(s).Sum(attempt => attempt.Records)), Of(s => Delivered(s).Any() ? now : (DateTimeOffset?)null),
             Of(s => s.Problem?.Code), Of(s => s.Problem?.Message), Of(s => s.DueAt)],
            row => row.GetGuid(0), CancellationToken.None);
        if (batch.Exists(settlement => settlement.Attempts.Count > 0))
            await AttemptStore.AddAsync(connection, batch.SelectMany(s => s.Attempts, (s, attempt) => (s.Claim.Subscription.Id, attempt)), CancellationToken.None);
        foreach (var settlement in batch.Where(settlement => settlement.Beside is not null && written.Contains(settlement.Claim.Lease)))
            await settlement.Beside!(connection, CancellationToken.None);
        return [.. written];

        T[] Of<T>(Func<PushSettlement, T> column) => [.. batch.Select(column)];
    }

    static IEnumerable<Attempt> Delivered(PushSettlement settlement) => settlement.Attempts.Where(attempt => attempt.Problem is null);
}
