using System.IO.Compression;
using Exchange.Sdk;

namespace Exchange.Connectors.Gzip;

/// <summary>
/// Unpacks gzip and notices a file that was cut off. The framework checks the checksum of every member that is whole,
/// but takes the end of the input in the middle of one for the end of the data. So one more member, whose content is
/// known, is put behind the input: only when everything before it is whole does that content come out last.
/// </summary>
sealed class GunzippedStream : UnpackedStream
{
    // No text ends so by accident, and repeated as it is, it does not stand literally in its packed form.
    static readonly byte[] Seal = [.. Enumerable.Repeat("whole to here;"u8.ToArray(), 4).SelectMany(part => part)];
    static readonly byte[] SealMember = Compress(Seal);

    readonly SealedInput input;
    readonly GZipStream gzip;
    readonly byte[] pending = new byte[64 * 1024]; // what came out and is not handed on yet; the last of it may be the seal
    int start;
    int end;

    public GunzippedStream(DecodedFile file, byte[] head, GzipOptions options) : base(file.Name, options.MaxBytes, options.MaxRatio)
    {
        input = new SealedInput(head, file.Content, SealMember);
        gzip = new GZipStream(input, CompressionMode.Decompress);
    }

    protected override long Packed => input.Given;

    protected override async ValueTask<int> UnpackAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        while (end - start <= Seal.Length)
        {
            pending.AsSpan(start, end - start).CopyTo(pending);
            (start, end) = (0, end - start);
            var read = await gzip.ReadAsync(pending.AsMemory(end), cancellationToken);
            if (read == 0)
                return pending.AsSpan(start, end - start).SequenceEqual(Seal) ? 0 : throw new InvalidDataException();
            end += read;
        }
        var count = Math.Min(buffer.Length, end - start - Seal.Length);
        pending.AsMemory(start, count).CopyTo(buffer);
        start += count;
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            gzip.Dispose();
        base.Dispose(disposing);
    }

    static byte[] Compress(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal))
            gzip.Write(bytes);
        return packed.ToArray();
    }
}
