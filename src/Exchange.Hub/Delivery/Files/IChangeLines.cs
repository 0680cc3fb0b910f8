using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Exchange.Hub.Delivery.Exports;

namespace Exchange.Hub.Delivery.Files;

/// <summary>A file of changes that is being written.</summary>
interface IChangeLines : IAsyncDisposable
{
    /// <summary>What stands before the first.</summary>
    ValueTask BeginAsync();

    /// <summary>One change, as its reader may see it.</summary>
    ValueTask WriteAsync(Change change);

    /// <summary>What stands behind the last.</summary>
    ValueTask EndAsync();
}

/// <summary>Changes as the change feed spells them, line by line or as one array.</summary>
sealed class JsonChanges(Stream file, bool isArray, Reading reading) : IChangeLines
{
    const int FlushBytes = 64 * 1024;
    static readonly JsonWriterOptions spelling = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    readonly ArrayBufferWriter<byte> lines = new(FlushBytes * 2);
    readonly Utf8JsonWriter json = new(Stream.Null, spelling);
    bool any;

    public ValueTask BeginAsync()
    {
        json.Reset(lines);
        return ValueTask.CompletedTask;
    }

    public async ValueTask WriteAsync(Change change)
    {
        if (isArray)
            lines.Write(any ? ",\n"u8 : "[\n"u8);
        any = true;
        change.WriteTo(json, reading);
        json.Flush();
        json.Reset(lines);
        if (!isArray)
            lines.Write("\n"u8);
        if (lines.WrittenCount >= FlushBytes)
            await SendAsync();
    }

    public ValueTask EndAsync()
    {
        if (isArray)
            lines.Write(any ? "\n]\n"u8 : "[]\n"u8);
        return SendAsync();
    }

    public ValueTask DisposeAsync() => json.DisposeAsync();

    async ValueTask SendAsync()
    {
        await file.WriteAsync(lines.WrittenMemory, reading.Stop);
        lines.ResetWrittenCount();
    }
}

/// <summary>Changes as rows: <c>_op</c>, <c>_key</c>, then the record's columns, which are empty where it was deleted.</summary>
sealed class CsvChanges(Stream file, IReadOnlyList<ExportColumn> columns, Reading reading) : IChangeLines
{
    readonly CsvRecords csv = new(file, columns);

    public ValueTask BeginAsync()
    {
        csv.Put("_op");
        csv.Put("_key");
        return csv.WriteHeaderAsync(reading.Stop);
    }

    public ValueTask WriteAsync(Change change)
    {
        csv.Put(change.Doc is null ? "delete" : "upsert");
        csv.Put(change.Key);
        return change.Doc is null ? csv.WriteNothingAsync(reading.Stop) : csv.WriteAsync(reading.Show(change.Doc), reading.Stop);
    }

    public ValueTask EndAsync() => csv.FlushAsync(reading.Stop);

    public ValueTask DisposeAsync() => csv.DisposeAsync();
}
