using System.IO.Compression;
using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Delivery.Exports;
using Exchange.Hub.Delivery.Subscriptions;
using Exchange.Hub.Platform;

namespace Exchange.Hub.Delivery.Files;

/// <summary>What a file holds.</summary>
sealed record FileCounts(long Upserts, long Deletes)
{
    public long All => Upserts + Deletes;
}

/// <summary>Writes what files hold, in each form.</summary>
sealed class FileContents(ExportPlanner planner, ExportColumns columns)
{
    /// <summary>Writes one file; what it takes from the quota is taken before anything leaves.</summary>
    /// <param name="opened">The dataset.</param>
    /// <param name="walk">The changes of it, where changes are written.</param>
    /// <param name="target">What the file looks like.</param>
    /// <param name="everything">Whether it holds all that there is.</param>
    /// <param name="file">Where it goes.</param>
    public async Task<FileCounts> WriteAsync(PushReading opened, FeedWalk walk, FileTarget target, bool everything, Stream file)
    {
        if (!target.Gzip)
            return await WritePlainAsync(opened, walk, target, everything, file);
        await using var packed = new GZipStream(file, CompressionLevel.Optimal, leaveOpen: true);
        return await WritePlainAsync(opened, walk, target, everything, packed);
    }

    Task<FileCounts> WritePlainAsync(PushReading opened, FeedWalk walk, FileTarget target, bool everything, Stream file) => target.Mode == DropMode.Full
        ? WriteRecordsAsync(opened, target.Form, file)
        : WriteChangesAsync(opened, walk, target.Form, everything, file);

    /// <summary>The records as exports hand them out.</summary>
    async Task<FileCounts> WriteRecordsAsync(PushReading opened, FileForm form, Stream file)
    {
        var (snapshot, reading) = (opened.Snapshot, opened.Reading);
        var everything = new RecordQuery(snapshot.Head.Publication, RowFilter.None, reading.Access.Rows, "", null);
        var plan = await planner.PlanAsync(snapshot, reading, everything, FormatOf(form), closing: false);
        await reading.TakeAsync(plan.Count);
        var sink = ExportSink.Of(file);
        var written = await plan.WriteAsync(sink, reading);
        await sink.Pipe.CompleteAsync();
        return written == plan.Count
            ? new FileCounts(plan.Count, 0)
            : throw new InvalidDataException($"{plan.Count} records were counted and {written} were written.");
    }

    static RecordFormat FormatOf(FileForm form) => form switch
    {
        FileForm.Csv => RecordFormat.Csv,
        FileForm.Json => RecordFormat.Array,
        FileForm.Parquet => RecordFormat.Parquet,
        _ => RecordFormat.Ndjson,
    };

    /// <summary>Changes, each with what it does to which key.</summary>
    async Task<FileCounts> WriteChangesAsync(PushReading opened, FeedWalk walk, FileForm form, bool everything, Stream file)
    {
        var (snapshot, reading) = (opened.Snapshot, opened.Reading);
        await using IChangeLines lines = form == FileForm.Csv
            ? new CsvChanges(file, (await columns.ReadAsync(snapshot, snapshot.Head.Publication, reading.Access.View, reading.Stop)).Columns, reading)
            : new JsonChanges(file, isArray: form == FileForm.Json, reading);
        await reading.TakeAsync((await walk.CountAsync(reading.Stop)).Records);
        var counts = new FileCounts(0, 0);
        await lines.BeginAsync();
        await foreach (var change in walk.ReadAsync(long.MaxValue, reading.Stop))
        {
            if (everything && change.Doc is null)
                continue; // who begins has nothing that could be taken away
            await lines.WriteAsync(change);
            counts = change.Doc is null ? counts with { Deletes = counts.Deletes + 1 } : counts with { Upserts = counts.Upserts + 1 };
        }
        await lines.EndAsync();
        return counts;
    }
}
