using System.Buffers;
using System.Buffers.Binary;

namespace Exchange.Hub.Delivery.Exports;

/// <summary>
/// Takes the values of a <c>COPY … TO STDOUT (FORMAT BINARY)</c> of one or two columns out of its bytes, block by block and without
/// a copy (PostgreSQL manual, COPY, "Binary Format"). Memory is one block, or one value where a value is larger.
/// Not thread-safe.
/// </summary>
sealed class CopyDocuments(Stream copy, int blockSize = 64 * 1024) : IDisposable
{
    const int SignatureLength = 11;
    const int FileHeaderLength = SignatureLength + 8;
    const short EndOfRows = -1;

    byte[] buffer = ArrayPool<byte>.Shared.Rent(blockSize);
    int start;
    int end;
    bool headerRead;
    bool ended;

    static ReadOnlySpan<byte> Signature => [0x50, 0x47, 0x43, 0x4F, 0x50, 0x59, 0x0A, 0xFF, 0x0D, 0x0A, 0x00];

    /// <summary>Bytes that wait in the block: room enough for all its values with one more byte after each.</summary>
    public int BlockLength => end - start;

    /// <summary>Reads the next block; false once the copy has ended as it should.</summary>
    /// <exception cref="EndOfStreamException">The copy broke off.</exception>
    public async ValueTask<bool> ReadBlockAsync(CancellationToken cancellation)
    {
        if (ended)
            return false;
        MakeRoom();
        // The stream gives one row at a time: gather rows until the block is nearly full.
        var enough = buffer.Length - buffer.Length / 8;
        var before = end;
        int read;
        do
        {
            read = await copy.ReadAsync(buffer.AsMemory(end), cancellation);
            end += read;
        }
        while (read > 0 && end < enough);
        return end > before ? true : throw new EndOfStreamException("The copy from the database broke off.");
    }

    /// <summary>The next row of two columns that stands whole in the block, valid until the next block is read.</summary>
    /// <exception cref="InvalidDataException">The bytes are not a binary copy of two columns without nulls.</exception>
    public bool TryRead(out ReadOnlySpan<byte> first, out ReadOnlySpan<byte> second)
    {
        first = second = default;
        if (!TryBeginRow(2))
            return false;
        var block = buffer.AsSpan(start, BlockLength);
        if (!TryValue(block, sizeof(short), out first, out var next) || !TryValue(block, next, out second, out next))
            return false;
        start += next;
        return true;
    }

    /// <summary>The next value that stands whole in the block, valid until the next block is read.</summary>
    /// <exception cref="InvalidDataException">The bytes are not a binary copy of one column without nulls.</exception>
    public bool TryRead(out ReadOnlySpan<byte> value)
    {
        value = default;
        if (!TryBeginRow(1) || !TryValue(buffer.AsSpan(start, BlockLength), sizeof(short), out value, out var next))
            return false;
        start += next;
        return true;
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
    }

    /// <summary>Whether another row begins in the block.</summary>
    bool TryBeginRow(int expected)
    {
        if (ended || !(headerRead || TryReadHeader()) || BlockLength < sizeof(short))
            return false;
        var columns = BinaryPrimitives.ReadInt16BigEndian(buffer.AsSpan(start, BlockLength));
        ended = columns == EndOfRows;
        return ended || columns == expected
            ? !ended
            : throw new InvalidDataException($"A copy of {expected} columns was expected.");
    }

    /// <summary>The value whose length stands at a place of the block, if it is there as a whole.</summary>
    static bool TryValue(ReadOnlySpan<byte> block, int place, out ReadOnlySpan<byte> value, out int next)
    {
        value = default;
        next = place + sizeof(int);
        if (block.Length < next)
            return false;
        var length = BinaryPrimitives.ReadInt32BigEndian(block[place..]);
        if (length < 0)
            throw new InvalidDataException("A copy without nulls was expected.");
        if (block.Length - next < length)
            return false;
        value = block.Slice(next, length);
        next += length;
        return true;
    }

    bool TryReadHeader()
    {
        if (BlockLength < FileHeaderLength)
            return false;
        var block = buffer.AsSpan(start, BlockLength);
        if (!block.StartsWith(Signature))
            throw new InvalidDataException("The database did not answer with a binary copy.");
        var length = FileHeaderLength + BinaryPrimitives.ReadInt32BigEndian(block[(FileHeaderLength - sizeof(int))..]);
        if (block.Length < length)
            return false;
        start += length;
        return headerRead = true;
    }

    void MakeRoom()
    {
        var rest = buffer.AsSpan(start, BlockLength);
        if (rest.Length > buffer.Length / 2)
        {
            // A value larger than half a block: double, so that reading it costs no more than its length.
            var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
            rest.CopyTo(larger);
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = larger;
        }
        else
        {
            rest.CopyTo(buffer);
        }
        (start, end) = (0, rest.Length);
    }
}
