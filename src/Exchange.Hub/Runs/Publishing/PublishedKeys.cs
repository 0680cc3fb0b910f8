using System.Buffers.Binary;
using Exchange.Engine.Records;
using Npgsql;

namespace Exchange.Hub.Runs.Publishing;

/// <summary>Streams every live key of a dataset out of the database into a <see cref="KeyIndex"/>.</summary>
static class PublishedKeys
{
    /// <exception cref="KeyIndexFullException">There are more keys than the index may hold.</exception>
    public static async Task LoadAsync(IntakePlan plan, KeyIndex index, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var stream = await connection.BeginRawBinaryCopyAsync(
            $"copy (select key, hash, seq from {plan.Tables.Records} where not deleted) to stdout (format binary)", cancellationToken);
        var buffer = new byte[1024 * 1024];
        var (start, end) = (0, 0);
        var headerSeen = false;
        while (true)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(end), cancellationToken);
            if (read == 0)
                throw new EndOfStreamException("PostgreSQL ended the list of published keys early. Run again.");
            end += read;
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
