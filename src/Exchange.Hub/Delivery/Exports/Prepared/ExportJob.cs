using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing;
using Exchange.Hub.Sharing.Access;
using Exchange.Hub.Sharing.Use;
using Npgsql;

namespace Exchange.Hub.Delivery.Exports.Prepared;

/// <summary>
/// Writes one prepared export. Hangfire may wake us twice or never: the export's lock lets one worker in, its attempt
/// fences the others, and what it came to stands in <c>delivery.exports</c>.
/// </summary>
sealed class ExportJob(
    NpgsqlDataSource database, ExportStore store, ExportFiles files, AccessGate gate, ExportPlanner planner, IAuditTrail audit, HubOptions options,
    TimeProvider time, ILogger<ExportJob> log)
{
    /// <summary>An export during which the hub has died so often is not begun again.</summary>
    const int MostAttempts = 10;

    /// <summary>Does one export. Called by the job server with the id alone.</summary>
    public async Task ExecuteAsync(Guid id, CancellationToken shutdown)
    {
        await using var alone = await ExportLock.TryTakeAsync(database, id, shutdown);
        if (alone is null || await store.ClaimAsync(id, shutdown) is not { } export)
            return;
        await using var pulse = ExportPulse.Start(store, export, time, log, shutdown);
        try
        {
            if (export.Attempt > MostAttempts)
                throw HubException.Conflict("export-abandoned", $"The hub began {MostAttempts} times and never came to the end. Ask the operator why, and prepare the export anew.");
            await WriteAsync(export, pulse);
        }
        catch (Exception error)
        {
            files.DropDraft(export);
            await EndAfterAsync(error, export, pulse, shutdown);
        }
    }

    async Task WriteAsync(PreparedExport export, ExportPulse pulse)
    {
        await using var snapshot = await DatasetSnapshot.OpenAsync(database, export.Dataset, pulse.Token);
        var question = new ReadQuestion(export.Caller, snapshot.Head, DeliveryMode.Query, export.Purpose, time.GetUtcNow());
        using var access = await gate.DecideAsync(question, export.Case, takesRequest: false, pulse.Token);
        using var reading = new Reading(access, pulse.Token);
        var form = RecordFormats.NameOf(export.Format);
        try
        {
            RequireSame(export, snapshot.Head, access);
            var query = PrepareExport.QueryOf(export.Filters, export.Publication, snapshot.Head, access);
            await snapshot.WhileDeclaredAsync(query, () => WriteAsync(export, snapshot, query, reading, pulse));
            access.RecordUse(UseOutcome.Served, form, reading.Records, reading.Bytes);
        }
        catch (Exception error)
        {
            // Nothing has left: the draft is deleted, and the quota is given back.
            var reason = access.Ended.IsCancellationRequested ? "grant-ended" : (error as HubException)?.Code ?? "failed";
            access.RecordUse(error is HubException ? UseOutcome.Refused : UseOutcome.BrokenOff, form, 0, 0, null, reason);
            if (access.Ended.IsCancellationRequested)
                throw HubException.Forbidden("grant-ended", "The grant of this export ended while it was written. GET …/explain says how it stands.");
            throw;
        }
    }

    async Task WriteAsync(PreparedExport export, DatasetSnapshot snapshot, RecordQuery query, Reading reading, ExportPulse pulse)
    {
        await PastSchema.CheckAsync(snapshot, reading.Access, query.AsOf, reading.Stop);
        var plan = await planner.PlanAsync(snapshot, reading, query, export.Format, closing: false);
        pulse.Watch(plan.Count, reading);
        await reading.TakeAsync(plan.Count);
        var file = await files.WriteAsync(export, sink => plan.WriteAsync(sink, reading), reading.Stop);
        if (reading.Records != plan.Count)
            throw new InvalidDataException($"{plan.Count} records were counted and {reading.Records} were written.");
        reading.Stop.ThrowIfCancellationRequested();
        await KeepAsync(export, plan.Count, file, reading.Stop);
    }

    /// <summary>Row, file and audit event in one: a hub that dies in between begins again.</summary>
    async Task KeepAsync(PreparedExport export, long records, MadeFile file, CancellationToken cancellation)
    {
        await database.InTransactionAsync(
            async connection =>
            {
                if (!await store.ReadyAsync(connection, export, records, file, TimeSpan.FromHours(options.ExportHours), cancellation))
                    throw new OperationCanceledException($"Export {export.Id} was deleted or taken over.");
                files.Keep(export);
                await audit.AppendAsync(
                    connection, export.Caller,
                    new ExportPrepared(export.Dataset, export.Id, export.Caller.Department!, export.Grant, RecordFormats.NameOf(export.Format), export.Publication, records, file.Bytes, Convert.ToHexStringLower(file.Sha256)),
                    cancellation);
            },
            cancellation);
        log.LogInformation("Export {Export} of {Dataset} is ready: {Records} records, {Bytes} bytes", export.Id, export.Dataset, records, file.Bytes);
    }

    /// <summary>The export was allowed under one version of one grant, and shows one state of the dataset.</summary>
    static void RequireSame(PreparedExport export, DatasetHead head, ReadAccess access)
    {
        if (head.DatasetId != export.DatasetId || head.Epoch != export.Epoch)
            throw new HubException(ErrorKind.Gone, "dataset-restored", $"Dataset {export.Dataset} was restored from a backup since the export was asked for. Prepare it anew.");
        if (access.GrantId != (export.Grant ?? Guid.Empty) || access.Version != export.GrantVersion)
            throw new HubException(ErrorKind.Gone, "grant-changed", "The grant under which the export was asked for has changed since. Prepare it anew.");
    }

    async Task EndAfterAsync(Exception error, PreparedExport export, ExportPulse pulse, CancellationToken shutdown)
    {
        if (pulse.IsLost || (error is OperationCanceledException && !shutdown.IsCancellationRequested))
            return; // deleted, or another worker's: whoever has it says what it came to
        if (shutdown.IsCancellationRequested)
        {
            await store.LetGoAsync(export, CancellationToken.None);
            return;
        }
        if (error is NpgsqlException and not PostgresException { IsTransient: false })
        {
            log.LogWarning(error, "Export {Export} of {Dataset} lost its database; it is begun again", export.Id, export.Dataset);
            return;
        }
        var problem = ProblemOf(error, export);
        log.LogError(error, "Export {Export} of {Dataset} failed: {Code}", export.Id, export.Dataset, problem.Code);
        await database.InTransactionAsync(
            async connection =>
            {
                if (await store.FailAsync(connection, export, problem, CancellationToken.None))
                    await audit.AppendAsync(connection, export.Caller, new ExportFailed(export.Dataset, export.Id, problem.Code), CancellationToken.None);
            },
            CancellationToken.None);
    }

    static ExportProblem ProblemOf(Exception error, PreparedExport export) => error switch
    {
        HubException refusal => new(refusal.Code, refusal.Message),
        IOException io when IsFull(io) => new("disk-full", "The hub's disk is full; what was written is deleted. Tell the operator, and prepare the export anew when there is room, or take it as a stream."),
        IOException => new("file-failed", $"The hub could not write the file; its log tells why under {export.Id}. Tell the operator, or take the export as a stream."),
        _ => new("internal-error", $"The hub failed. The operator finds the reason in the log under {export.Id}."),
    };

    /// <summary>ENOSPC and EDQUOT of Linux and macOS, as the runtime hands them on; ERROR_DISK_FULL of Windows.</summary>
    static bool IsFull(IOException error) => (error.HResult & 0xFFFF) is 28 or 69 or 122 or 112;
}
