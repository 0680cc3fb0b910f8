using System.Buffers.Binary;
using Exchange.Engine.Records;
using Npgsql;

namespace Exchange.Hub.Runs.Publishing;

/// <summary>Streams every live key of a dataset out of the database into a <see cref="KeyIndex"/>.</summary>
static class PublishedKeys
{
    /// <summary>Bytes of the longest row: a key has at most <see cref="RecordKey.ByteLimit"/>.</summary>
    const int LongestRow = RecordKey.ByteLimit + 64;

    /// <exception cref="KeyIndexFullException">There are more keys than the index may hold.</exception>
    public static async Task LoadAsync(IntakePlan plan, KeyIndex index, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var stream = await connection.BeginRawBinaryCopyAsync(
            $"copy (select key, hash, seq from {plan.Tables.Records} where not deleted) to stdout (format binary)", cancellationToken);
        // Every row is a message of its own: awaiting each costs more than reading it.
        await Task.Run(() => ReadAll(stream, plan, index, cancellationToken), cancellationToken);
    }

    static void ReadAll(NpgsqlRawCopyStream stream, IntakePlan plan, KeyIndex index, CancellationToken cancellationToken)
    {
        var buffer = new byte[1024 * 1024];
        var (start, end) = (0, 0);
        var headerSeen = false;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            end = Fill(stream, buffer, end);
            if (!headerSeen && end >= CopyPage.Header.Length)
            {
                headerSeen = true;
                start = CopyPage.Header.Length;
            }
            if (headerSeen && AddRows(buffer, ref start, end, index, plan.HashSeed))
                break;
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            (start, end) = (0, end - start);
        }
    }

    /// <summary>Reads until the buffer is nearly full or the stream has ended.</summary>
    static int Fill(NpgsqlRawCopyStream stream, byte[] buffer, int end)
    {
        var before = end;
        while (end < buffer.Length - LongestRow)
        {
            var read = stream.Read(buffer, end, buffer.Length - end);
            if (read == 0)
                break;
            end += read;
        }
        return end > before ? end : throw new EndOfStreamException("PostgreSQL ended the list of published keys early. Run again.");
    }

    /// <summary>Adds the whole rows between start and end.</summary>
    /// <returns>True when the trailer was met.</returns>
    static bool AddRows(byte[] buffer, ref int start, int end, KeyIndex index, long seed)
    {
        // A row: int16 columns; int32 length and key; int32 16 and hash; int32 8 and seq.
        while (end - start >= 2)
        {
            if (BinaryPrimitives.ReadInt16BigEndian(buffer.AsSpan(start)) < 0)
                return true;
            if (end - start < 6)
                return false;
            var keyLength = BinaryPrimitives.ReadInt32BigEndian(buffer.AsSpan(start + 2));
            var rowLength = 6 + keyLength + 20 + 12;
            if (end - start < rowLength)
                return false;
            var key = buffer.AsSpan(start + 6, keyLength);
            var hash = BinaryPrimitives.ReadUInt128BigEndian(buffer.AsSpan(start + 6 + keyLength + 4));
            var seq = BinaryPrimitives.ReadInt64BigEndian(buffer.AsSpan(start + rowLength - 8));
            index.AddPublished(ContentHash.Of(key, seed), hash, seq);
            start += rowLength;
        }
        return false;
    }
}
