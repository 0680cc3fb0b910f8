using System.IO.Pipelines;

namespace Exchange.Hub.Delivery.Exports;

/// <summary>Where an export goes: an answer, or a file. Both members lead to the same place; a form takes the one that suits it.</summary>
/// <param name="Stream">As a stream.</param>
/// <param name="Pipe">As a pipe, for forms that write into its memory.</param>
sealed record ExportSink(Stream Stream, PipeWriter Pipe)
{
    /// <summary>The body of an answer.</summary>
    public static ExportSink Of(HttpResponse response) => new(response.Body, response.BodyWriter);

    /// <summary>A file, or whatever leads to one.</summary>
    public static ExportSink Of(Stream stream) => new(stream, PipeWriter.Create(stream, new StreamPipeWriterOptions(minimumBufferSize: 64 * 1024, leaveOpen: true)));
}
