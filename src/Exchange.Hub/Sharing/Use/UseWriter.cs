using System.Text.Json;
using System.Threading.Channels;
using Exchange.Hub.Platform;
using Npgsql;
using NpgsqlTypes;

namespace Exchange.Hub.Sharing.Use;

/// <summary>
/// Writes uses in batches, behind the requests. It stops after the web server and writes what is left, so that an
/// orderly stop loses nothing; while the database is away they wait.
/// </summary>
sealed class UseWriter(NpgsqlDataSource database, TimeProvider time, ILogger<UseWriter> log) : IHostedService, IDisposable
{
    const int BatchSize = 1000;

    /// <summary>Uses of so long go into one commit: under load a commit for every few would cost more than the reads.</summary>
    static readonly TimeSpan pace = TimeSpan.FromMilliseconds(25);

    static readonly TimeSpan retryAfter = TimeSpan.FromSeconds(1);

    /// <summary>How often a stopping hub tries to write what is left.</summary>
    const int LastAttempts = 5;

    readonly Channel<ReadUse> waiting = Channel.CreateUnbounded<ReadUse>(new UnboundedChannelOptions { SingleReader = true });
    readonly CancellationTokenSource stopping = new();
    Task? writing;
    long added;
    long written;

    /// <summary>Ends with the next batch that is written.</summary>
    TaskCompletionSource moved = NewMove();

    /// <summary>Takes a use over.</summary>
    public void Add(ReadUse use)
    {
        Interlocked.Increment(ref added);
        if (!waiting.Writer.TryWrite(use))
            log.LogError("A use of {Dataset} by {Caller} came after the hub's stop and is not recorded", use.Dataset, use.Caller);
    }

    /// <summary>Waits until everything that was added before is written.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        var target = Interlocked.Read(ref added);
        while (true)
        {
            var next = Volatile.Read(ref moved).Task; // taken before the count is looked at, so that no batch is missed
            if (Interlocked.Read(ref written) >= target)
                return;
            await next.WaitAsync(cancellationToken);
        }
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

    static TaskCompletionSource NewMove() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    async Task WriteAllAsync()
    {
        var batch = new List<ReadUse>(BatchSize);
        while (await waiting.Reader.WaitToReadAsync())
        {
            while (batch.Count < BatchSize && waiting.Reader.TryRead(out var use))
                batch.Add(use);
            if (!await WriteSurelyAsync(batch))
                return;
            Interlocked.Add(ref written, batch.Count);
            Interlocked.Exchange(ref moved, NewMove()).SetResult();
            var isFull = batch.Count == BatchSize;
            batch.Clear();
            if (!isFull)
                await Task.Delay(pace, TimeProvider.System, stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    async Task<bool> WriteSurelyAsync(List<ReadUse> batch)
    {
        for (var lastAttempts = 0; ;)
        {
            try
            {
                await WriteAsync(batch);
                return true;
            }
            catch (NpgsqlException e)
            {
                log.LogWarning(e, "{Count} uses cannot be written now; they wait", batch.Count);
            }
            if (stopping.IsCancellationRequested && ++lastAttempts >= LastAttempts)
            {
                log.LogError("{Count} uses could not be written before the hub's stop", batch.Count + waiting.Reader.Count);
                return false;
            }
            await Task.Delay(retryAfter, time, lastAttempts == 0 ? stopping.Token : CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    async Task WriteAsync(List<ReadUse> batch)
    {
        await using var connection = await database.OpenConnectionAsync();
        await using var copy = await connection.BeginBinaryImportAsync(
            """
            copy sharing.uses (at, dataset_id, dataset, grant_id, caller, caller_name, department, purpose, case_number,
              mode, form, records, bytes, outcome, reason, key_hash) from stdin (format binary)
            """);
        foreach (var use in batch)
        {
            await copy.StartRowAsync();
            await copy.WriteAsync(use.At, NpgsqlDbType.TimestampTz);
            await copy.WriteAsync(use.DatasetId, NpgsqlDbType.Integer);
            await copy.WriteAsync(use.Dataset, NpgsqlDbType.Text);
            await WriteAsync(copy, use.Grant, NpgsqlDbType.Uuid);
            await copy.WriteAsync(use.Caller, NpgsqlDbType.Text);
            await copy.WriteAsync(use.CallerName, NpgsqlDbType.Text);
            await WriteAsync(copy, use.Department, NpgsqlDbType.Text);
            await WriteAsync(copy, use.Purpose, NpgsqlDbType.Text);
            await WriteAsync(copy, use.Case, NpgsqlDbType.Text);
            await copy.WriteAsync(JsonNamingPolicy.KebabCaseLower.ConvertName(use.Mode.ToString()), NpgsqlDbType.Text);
            await copy.WriteAsync(use.Form, NpgsqlDbType.Text);
            await copy.WriteAsync(use.Records, NpgsqlDbType.Bigint);
            await copy.WriteAsync(use.Bytes, NpgsqlDbType.Bigint);
            await copy.WriteAsync(JsonNamingPolicy.KebabCaseLower.ConvertName(use.Outcome.ToString()), NpgsqlDbType.Text);
            await WriteAsync(copy, use.Reason, NpgsqlDbType.Text);
            await WriteAsync(copy, use.KeyHash, NpgsqlDbType.Bytea);
        }
        await copy.CompleteAsync();
    }

    static Task WriteAsync(NpgsqlBinaryImporter copy, object? value, NpgsqlDbType type) =>
        value is null ? copy.WriteNullAsync() : copy.WriteAsync(value, type);
}
