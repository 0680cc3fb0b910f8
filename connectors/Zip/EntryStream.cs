using System.IO.Compression;
using System.IO.Hashing;
using Exchange.Sdk;

namespace Exchange.Connectors.Zip;

/// <summary>One entry, with the length and the checksum that the archive states compared at its end; the framework does not.</summary>
sealed class EntryStream : UnpackedStream
{
    readonly ZipArchiveEntry entry;
    readonly Stream content;
    readonly Crc32 checksum = new();

    public EntryStream(string name, ZipArchiveEntry entry, long maxBytes, int maxRatio) : base(name, maxBytes, maxRatio)
    {
        this.entry = entry;
        if (entry.IsEncrypted)
            throw new ConnectorException(ConnectorErrorKind.Configuration, $"{name} is encrypted. Ask the sender for an archive without a password.");
        try
        {
            content = entry.Open();
        }
        catch (InvalidDataException error)
        {
            throw new ConnectorException(ConnectorErrorKind.Configuration, $"{name} cannot be unpacked: it is damaged, or packed by a method other than stored and deflate. Ask the sender to send it again.", error);
        }
    }

    protected override long Packed => entry.CompressedLength;

    protected override async ValueTask<int> UnpackAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var read = await content.ReadAsync(buffer, cancellationToken);
        checksum.Append(buffer.Span[..read]);
        if (read == 0 && buffer.Length > 0 && (Unpacked != entry.Length || checksum.GetCurrentHashAsUInt32() != entry.Crc32))
            throw new InvalidDataException();
        return read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            content.Dispose();
        base.Dispose(disposing);
    }
}
