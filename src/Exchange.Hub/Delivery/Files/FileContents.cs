using System.IO.Compression;
using System.IO.Pipelines;
using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Delivery.Subscriptions;
using Exchange.Hub.Platform;

namespace Exchange.Hub.Delivery.Files;

/// <summary>What a file holds.</summary>
sealed record FileCounts(long Upserts, long Deletes)
{
    public long All => Upserts + Deletes;
}

/// <summary>Writes what files hold, in each form.</summary>
sealed class FileContents(ExportColumns csvColumns)
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
        var columns = form == FileForm.Csv ? await csvColumns.ReadAsync(snapshot, snapshot.Head.Publication, reading.Access.View, reading.Stop) : [];
        var select = snapshot.Head.Storage ? snapshot.Reads.All(reading.Access.Rows) : RecordReads.Nothing;
        var count = reading.Access.Rows.IsNone ? snapshot.Head.Records : await snapshot.Connection.ScalarAsync<long>($"select count(*) from ({select}) d", [], reading.Stop);
        await reading.TakeAsync(count);
        SqlText copy = $"copy ({select}) to stdout (format binary)";
        await using var stream = await snapshot.Connection.BeginRawBinaryCopyAsync(copy.ToString(), reading.Stop);
        using var documents = new CopyDocuments(stream);
        switch (form)
        {
            case FileForm.Csv:
                await using (var csv = new CsvRecords(file, columns))
                    await RecordStream.WriteCsvAsync(documents, csv, reading);
                break;
            case FileForm.Json:
                await WriteArrayAsync(documents, file, reading);
                break;
            default:
                var pipe = PipeWriter.Create(file, new StreamPipeWriterOptions(leaveOpen: true));
                await RecordStream.WriteNdjsonAsync(documents, pipe, reading);
                await pipe.CompleteAsync();
                break;
        }
        return reading.Records == count
            ? new FileCounts(count, 0)
            : throw new InvalidDataException($"{count} records were counted and {reading.Records} were written.");
    }

    static async Task WriteArrayAsync(CopyDocuments documents, Stream file, Reading reading)
    {
        var pipe = PipeWriter.Create(file, new StreamPipeWriterOptions(leaveOpen: true));
        var separator = (byte)'[';
        while (await documents.ReadBlockAsync(reading.Stop))
        {
            Gather();
            await pipe.FlushAsync(reading.Stop);
        }
        Put(separator == '[' ? "[]\n"u8 : "]\n"u8);
        await pipe.CompleteAsync();

        void Gather()
        {
            while (documents.TryRead(out var document))
            {
                Put([separator]);
                Put(reading.Show(document));
                separator = (byte)',';
            }
        }

        void Put(ReadOnlySpan<byte> bytes)
        {
            bytes.CopyTo(pipe.GetSpan(bytes.Length));
            pipe.Advance(bytes.Length);
        }
    }

    /// <summary>Changes, each with what it does to which key.</summary>
    async Task<FileCounts> WriteChangesAsync(PushReading opened, FeedWalk walk, FileForm form, bool everything, Stream file)
    {
        var (snapshot, reading) = (opened.Snapshot, opened.Reading);
        await using IChangeLines lines = form == FileForm.Csv
            ? new CsvChanges(file, await csvColumns.ReadAsync(snapshot, snapshot.Head.Publication, reading.Access.View, reading.Stop), reading)
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
