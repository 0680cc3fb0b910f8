using System.Buffers;
using System.IO.Pipelines;
using System.Security.Cryptography;

namespace Exchange.Hub.Delivery.Exports;

/// <summary>Sends every record of a COPY on its way as text. Memory is one block, whatever the number of records.</summary>
static class RecordStream
{
    /// <summary>One record per line (canonical JSON has no line breaks).</summary>
    /// <param name="hash">Takes note of the lines; null where nobody asks for it.</param>
    public static async Task WriteNdjsonAsync(CopyDocuments documents, PipeWriter output, Reading reading, IncrementalHash? hash = null)
    {
        while (await documents.ReadBlockAsync(reading.Stop))
        {
            WriteLines(documents, output, reading, hash);
            await output.FlushAsync(reading.Stop);
        }
    }

    /// <summary>One array of all records, each on a line of its own; its bracket closes only behind the last.</summary>
    public static async Task WriteArrayAsync(CopyDocuments documents, PipeWriter output, Reading reading)
    {
        var opening = (byte)'[';
        while (await documents.ReadBlockAsync(reading.Stop))
        {
            while (documents.TryRead(out var document))
            {
                WriteItem(reading.Show(document), opening, output);
                opening = (byte)',';
            }
            await output.FlushAsync(reading.Stop);
        }
        output.Write(opening == '[' ? "[]\n"u8 : "\n]\n"u8);
        await output.FlushAsync(reading.Stop);
    }

    /// <summary>One row per record after a header line.</summary>
    public static async Task WriteCsvAsync(CopyDocuments documents, Stream output, IReadOnlyList<ExportColumn> columns, Reading reading)
    {
        await using var csv = new CsvRecords(output, columns);
        await csv.WriteHeaderAsync(reading.Stop);
        while (await documents.ReadBlockAsync(reading.Stop))
        {
            while (documents.TryRead(out var document))
                await csv.WriteAsync(reading.Show(document), reading.Stop);
        }
        await csv.FlushAsync(reading.Stop);
    }

    static void WriteItem(ReadOnlySpan<byte> record, byte before, PipeWriter output)
    {
        var free = output.GetSpan(record.Length + 2);
        free[0] = before;
        free[1] = (byte)'\n';
        record.CopyTo(free[2..]);
        output.Advance(record.Length + 2);
    }

    static void WriteLines(CopyDocuments documents, PipeWriter output, Reading reading, IncrementalHash? hash)
    {
        if (reading.Access.View.IsWhole)
        {
            WriteWholeLines(documents, output, reading, hash);
            return;
        }
        while (documents.TryRead(out var document))
            reading.AddLine(document);
        var lines = reading.TakeLines();
        hash?.AppendData(lines);
        output.Write(lines);
    }

    static void WriteWholeLines(CopyDocuments documents, PipeWriter output, Reading reading, IncrementalHash? hash)
    {
        var free = output.GetSpan(documents.BlockLength);
        var written = 0;
        while (documents.TryRead(out var document))
        {
            reading.Show(document).CopyTo(free[written..]);
            written += document.Length;
            free[written++] = (byte)'\n';
        }
        hash?.AppendData(free[..written]);
        output.Advance(written);
    }
}
