using System.Buffers;
using System.IO.Pipelines;

namespace Exchange.Hub.Delivery;

/// <summary>Sends every record of a COPY to a client. Memory is one block, whatever the number of records.</summary>
static class RecordStream
{
    /// <summary>One record per line (canonical JSON has no line breaks).</summary>
    public static async Task WriteNdjsonAsync(CopyDocuments documents, PipeWriter output, Reading reading)
    {
        while (await documents.ReadBlockAsync(reading.Stop))
        {
            WriteLines(documents, output, reading);
            await output.FlushAsync(reading.Stop);
        }
    }

    /// <summary>One row per record after a header line.</summary>
    public static async Task WriteCsvAsync(CopyDocuments documents, CsvRecords csv, Reading reading)
    {
        await csv.WriteHeaderAsync(reading.Stop);
        while (await documents.ReadBlockAsync(reading.Stop))
        {
            while (documents.TryRead(out var document))
                await csv.WriteAsync(reading.Show(document), reading.Stop);
        }
        await csv.FlushAsync(reading.Stop);
    }

    static void WriteLines(CopyDocuments documents, PipeWriter output, Reading reading)
    {
        if (reading.Access.View.IsWhole)
        {
            WriteWholeLines(documents, output, reading);
            return;
        }
        while (documents.TryRead(out var document))
            reading.AddLine(document);
        output.Write(reading.TakeLines());
    }

    static void WriteWholeLines(CopyDocuments documents, PipeWriter output, Reading reading)
    {
        var free = output.GetSpan(documents.BlockLength);
        var written = 0;
        while (documents.TryRead(out var document))
        {
            reading.Show(document).CopyTo(free[written..]);
            written += document.Length;
            free[written++] = (byte)'\n';
        }
        output.Advance(written);
    }
}
