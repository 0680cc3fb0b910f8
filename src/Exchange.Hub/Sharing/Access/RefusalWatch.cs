using Exchange.Hub.Platform;
using Npgsql;

namespace Exchange.Hub.Sharing.Access;

/// <summary>
/// Tells the audit log of what was refused: for each caller, dataset and reason one event a minute, with their number;
/// the same for each request, grant or correction that somebody could not change; for those who did not prove who they
/// are, one for each network. Nobody can fill the log by asking more often, or by asking for more, or from more places.
/// What stands behind each single refusal of a read is in the record of use.
/// </summary>
sealed class RefusalWatch(NpgsqlDataSource database, IAuditTrail audit, TimeProvider time, ILogger<RefusalWatch> log) : BackgroundService
{
    /// <summary>Most events of one caller a minute, and most of strangers; the rest is counted together.</summary>
    public const int MostEach = 20;

    /// <summary>So many look-ups in a minute that find nothing are an attempt to guess keys; fewer are everyday.</summary>
    public const int GuessesFrom = 10;

    /// <summary>What is noted of a claim that does not hold.</summary>
    public const string ClaimNotHeld = "claim-not-held";

    const string Several = "several";

    /// <summary>Answers that are everyday one by one, and an attempt to find out by trying when there are many.</summary>
    static readonly HashSet<string> guesses = ["record-not-found", ClaimNotHeld];

    static readonly TimeSpan interval = TimeSpan.FromMinutes(1);

    /// <summary>Refusals of what is mistaken or outdated, and no attempt to see more than one may.</summary>
    static readonly HashSet<string> innocent =
        ["query-invalid", "cursor-of-another-query", "cursor-expired", "publication-not-found", "record-deleted", "dataset-changing", "malformed-header",
            "range-not-satisfiable", "export-misfit", "export-file-missing", "exports-open", "invalid", "case-required", "not-unique", "source-unavailable"];

    readonly Lock counting = new();
    readonly SemaphoreSlim writing = new(1);
    Dictionary<string, Dictionary<Refusal, Tally>> callers = [];
    Dictionary<string, Tally> networks = [];

    /// <summary>Takes note of a read that was refused.</summary>
    public void Note(Caller caller, string dataset, string code)
    {
        if (!innocent.Contains(code))
            Count(caller, new Refusal(OfDeed: false, dataset, code));
    }

    /// <summary>Does something to a subject, and takes note when it is refused because of who does it, or of what somebody else has done.</summary>
    /// <param name="caller">Who does it.</param>
    /// <param name="subject">What it is done to: <c>request:…</c>.</param>
    /// <param name="deed">Does it.</param>
    public async Task<T> WatchAsync<T>(Caller caller, string subject, Func<Task<T>> deed)
    {
        try
        {
            return await deed();
        }
        catch (HubException refusal) when (refusal.Kind is ErrorKind.Forbidden or ErrorKind.Conflict or ErrorKind.NotFound)
        {
            Count(caller, new Refusal(OfDeed: true, subject, refusal.Code));
            throw;
        }
    }

    /// <summary>Takes note of a token that was refused.</summary>
    public void NoteStranger(string network)
    {
        lock (counting)
            Count(networks, networks.ContainsKey(network) || networks.Count < MostEach ? network : Several, Caller.System);
    }

    /// <summary>Writes what was noted.</summary>
    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        await writing.WaitAsync(cancellationToken);
        try
        {
            var (known, strangers) = Take();
            List<(Caller Actor, IAuditEvent Deed)> events =
            [
                .. known.Values.SelectMany(tallies => tallies).Where(each => !guesses.Contains(each.Key.Code) || each.Value.Count >= GuessesFrom)
                    .Select(each => (each.Value.Actor, EventOf(each.Key, each.Value))),
                .. strangers.Select(each => (each.Value.Actor, (IAuditEvent)new StrangerRefused(each.Key, each.Value.Count, each.Value.From))),
            ];
            try
            {
                await AppendAsync(events, cancellationToken);
            }
            catch (Exception failure) when (failure is NpgsqlException or OperationCanceledException)
            {
                PutBack(known, strangers);
                throw;
            }
        }
        finally
        {
            writing.Release();
        }
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await TryWriteAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        writing.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await TryWriteAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The hub stops; what is left is written by StopAsync.
        }
    }

    async Task TryWriteAsync(CancellationToken cancellationToken)
    {
        try
        {
            await WriteAsync(cancellationToken);
        }
        catch (NpgsqlException failure)
        {
            log.LogWarning(failure, "Refusals cannot be told to the audit log now; they wait");
        }
    }

    async Task AppendAsync(List<(Caller Actor, IAuditEvent Deed)> events, CancellationToken cancellationToken)
    {
        if (events.Count == 0)
            return;
        await database.InTransactionAsync(
            async connection =>
            {
                foreach (var (actor, deed) in events)
                    await audit.AppendAsync(connection, actor, deed, cancellationToken);
            },
            cancellationToken);
    }

    (Dictionary<string, Dictionary<Refusal, Tally>> Callers, Dictionary<string, Tally> Networks) Take()
    {
        lock (counting)
        {
            var taken = (callers, networks);
            (callers, networks) = ([], []);
            return taken;
        }
    }

    void PutBack(Dictionary<string, Dictionary<Refusal, Tally>> known, Dictionary<string, Tally> strangers)
    {
        lock (counting)
        {
            foreach (var (caller, tallies) in known)
            {
                if (!callers.TryGetValue(caller, out var now))
                    callers[caller] = now = [];
                Merge(now, tallies);
            }
            Merge(networks, strangers);
        }
    }

    void Count(Caller caller, Refusal refusal)
    {
        lock (counting)
        {
            if (!callers.TryGetValue(caller.Id, out var tallies))
                callers[caller.Id] = tallies = [];
            Count(tallies, tallies.ContainsKey(refusal) || tallies.Count < MostEach ? refusal : refusal with { On = Several, Code = Several }, caller);
        }
    }

    static IAuditEvent EventOf(Refusal refusal, Tally tally) => refusal switch
    {
        { OfDeed: false } => new AccessRefused(refusal.On, refusal.Code, tally.Count, tally.From),
        { On: Several } => new DeedRefused($"deed:{Several}", Several, tally.Count, tally.From),
        _ => new DeedRefused(refusal.On, refusal.Code, tally.Count, tally.From),
    };

    void Count<TKey>(Dictionary<TKey, Tally> tallies, TKey key, Caller actor) where TKey : notnull =>
        Merge(tallies, new Dictionary<TKey, Tally> { [key] = new(actor, 1, time.GetUtcNow()) });

    static void Merge<TKey>(Dictionary<TKey, Tally> tallies, Dictionary<TKey, Tally> others) where TKey : notnull
    {
        foreach (var (key, other) in others)
            tallies[key] = tallies.TryGetValue(key, out var tally) ? other with { Count = tally.Count + other.Count, From = tally.From < other.From ? tally.From : other.From } : other;
    }

    /// <summary>What is counted together: reads of one dataset, or deeds to one subject, that were refused for one reason.</summary>
    readonly record struct Refusal(bool OfDeed, string On, string Code);

    sealed record Tally(Caller Actor, int Count, DateTimeOffset From);
}
