using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using Exchange.Hub.Platform;

namespace Exchange.Hub.Delivery.Exports.Prepared;

/// <summary>A file that was written to its end.</summary>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">Of its bytes.</param>
sealed record MadeFile(long Bytes, byte[] Sha256);

/// <summary>
/// The files of prepared exports, in a folder of the data directory that only the hub's user may read. A file is written
/// under the name of a draft, and has its own only when it is whole and on the disk.
/// </summary>
/// <param name="data">The data directory.</param>
/// <param name="create">Opens a new file for writing.</param>
sealed class ExportFiles(DataDirectory data, Func<string, Stream>? create = null)
{
    const string DraftSuffix = ".part";
    const int BufferSize = 256 * 1024;

    readonly string folder = data.Of("exports");
    readonly Func<string, Stream> create = create ?? Create;

    /// <summary>Writes a draft.</summary>
    /// <exception cref="IOException">The disk is full, or fails.</exception>
    public async Task<MadeFile> WriteAsync(PreparedExport export, Func<ExportSink, Task> write, CancellationToken cancellation)
    {
        await using var file = create(DraftOf(export));
        await using var hashed = new HashedFile(file);
        if (export.Gzip)
        {
            await using var zip = new GZipStream(hashed, CompressionLevel.Fastest, leaveOpen: true);
            await WriteAsync(zip, write, cancellation);
        }
        else
            await WriteAsync(hashed, write, cancellation);
        await file.FlushAsync(cancellation);
        (file as FileStream)?.Flush(flushToDisk: true);
        return hashed.Done();
    }

    /// <summary>Gives a draft its own name.</summary>
    public void Keep(PreparedExport export) => File.Move(DraftOf(export), PathOf(export.Id), overwrite: true);

    /// <summary>Deletes a draft, if there is one.</summary>
    public void DropDraft(PreparedExport export) => File.Delete(DraftOf(export));

    /// <summary>Deletes a file, if there is one.</summary>
    public void Delete(Guid id) => File.Delete(PathOf(id));

    /// <summary>Opens a file; null when it is not there.</summary>
    public FileStream? Open(Guid id)
    {
        try
        {
            return new FileStream(PathOf(id), FileMode.Open, System.IO.FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 1, FileOptions.Asynchronous | FileOptions.SequentialScan);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Every file and draft that there is: the export, and the attempt that a draft is of.</summary>
    public IEnumerable<(string Path, Guid Id, int? Attempt)> All() =>
        from path in Directory.EnumerateFiles(folder)
        let parts = Path.GetFileName(path).Split('.')
        where Guid.TryParseExact(parts[0], "N", out _)
        select (path, Guid.ParseExact(parts[0], "N"), parts.Length == 3 && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var attempt) ? attempt : (int?)null);

    static async Task WriteAsync(Stream stream, Func<ExportSink, Task> write, CancellationToken cancellation)
    {
        var sink = ExportSink.Of(stream);
        await write(sink);
        await sink.Pipe.FlushAsync(cancellation);
        await sink.Pipe.CompleteAsync();
        await stream.FlushAsync(cancellation);
    }

    static FileStream Create(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = System.IO.FileAccess.Write, BufferSize = BufferSize, Options = FileOptions.Asynchronous };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new FileStream(path, options);
    }

    string PathOf(Guid id) => Path.Combine(folder, id.ToString("N"));

    string DraftOf(PreparedExport export) => $"{PathOf(export.Id)}.{export.Attempt.ToString(CultureInfo.InvariantCulture)}{DraftSuffix}";

    /// <summary>Counts and hashes what goes into a file.</summary>
    sealed class HashedFile(Stream file) : Stream
    {
        readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        long length;

        public override bool CanRead => false;
        public override bool CanSeek => false;
        public override bool CanWrite => true;
        public override long Length => length;

        public override long Position
        {
            get => length;
            set => throw new NotSupportedException();
        }

        public MadeFile Done() => new(length, hash.GetHashAndReset());

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            Note(buffer);
            file.Write(buffer);
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Note(buffer.Span);
            return file.WriteAsync(buffer, cancellationToken);
        }

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override void Flush() => file.Flush();

        public override Task FlushAsync(CancellationToken cancellationToken) => file.FlushAsync(cancellationToken);

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            hash.Dispose();
            base.Dispose(disposing);
        }

        void Note(ReadOnlySpan<byte> written)
        {
            hash.AppendData(written);
            length += written.Length;
        }
    }
}
