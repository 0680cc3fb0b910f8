using System.Buffers.Binary;
using System.Threading.Channels;
using Exchange.Engine.Records;
using Npgsql;

namespace Exchange.Hub.Runs.Publishing;

/// <summary>Streams every live key of a dataset out of the database into a <see cref="KeyIndex"/>.</summary>
static class PublishedKeys
{
    /// <summary>Bytes of the longest row: a key has at most <see cref="RecordKey.ByteLimit"/>.</summary>
    const int LongestRow = RecordKey.ByteLimit + 64;

    const int ChunkSize = 1024 * 1024;

    /// <summary>Chunks that go round between the reading and the adding task.</summary>
    const int Chunks = 3;

    /// <exception cref="KeyIndexFullException">There are more keys than the index may hold.</exception>
    public static async Task LoadAsync(IntakePlan plan, KeyIndex index, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var stream = await connection.BeginRawBinaryCopyAsync(
            $"copy (select key, hash, seq from {plan.Tables.Records} where not deleted) to stdout (format binary)", cancellationToken);
        var free = Channel.CreateBounded<Chunk>(Chunks);
        var full = Channel.CreateBounded<Chunk>(Chunks);
        for (var i = 0; i < Chunks; i++)
            free.Writer.TryWrite(new Chunk());
        var reading = Task.Run(() => ReadAsync(stream, free.Reader, full.Writer, cancellationToken), cancellationToken);
        var rows = new KeyRows(index, plan.HashSeed);
        try
        {
            await foreach (var chunk in full.Reader.ReadAllAsync(cancellationToken))
            {
                rows.Add(chunk);
                free.Writer.TryWrite(chunk);
            }
        }
        finally
        {
            free.Writer.TryComplete();
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        await reading;
        rows.End();
    }

    /// <summary>Fills chunks. Every row is a message of its own: awaiting each would cost more than reading it.</summary>
    static async Task ReadAsync(NpgsqlRawCopyStream stream, ChannelReader<Chunk> free, ChannelWriter<Chunk> full, CancellationToken cancellationToken)
    {
        try
        {
            var more = true;
            while (more && await free.WaitToReadAsync(cancellationToken) && free.TryRead(out var chunk))
            {
                more = chunk.Fill(stream);
                await full.WriteAsync(chunk, cancellationToken);
            }
        }
        finally
        {
            full.Complete();
        }
    }

    /// <summary>Bytes as they came, with room before them for the row that the chunk before broke off.</summary>
    sealed class Chunk
    {
        public byte[] Bytes { get; } = new byte[LongestRow + ChunkSize];

        public int End { get; private set; }

        /// <returns>False when the stream has ended.</returns>
        public bool Fill(NpgsqlRawCopyStream stream)
        {
            End = LongestRow;
            while (End < Bytes.Length)
            {
                var read = stream.Read(Bytes, End, Bytes.Length - End);
                if (read == 0)
                    return false;
                End += read;
            }
            return true;
        }
    }

    /// <summary>Takes rows out of chunks: int16 columns; int32 length and key; int32 16 and hash; int32 8 and seq.</summary>
    sealed class KeyRows(KeyIndex index, long seed)
    {
        const int Group = 64;
        readonly (UInt128 Key, UInt128 Content, long Seq)[] group = new (UInt128, UInt128, long)[Group];
        readonly byte[] rest = new byte[LongestRow];
        int restLength = -CopyPage.Header.Length; // the header is the first thing to leave out
        int grouped;
        bool ended;

        public void Add(Chunk chunk)
        {
            var start = LongestRow - restLength;
            if (restLength > 0)
                rest.AsSpan(0, restLength).CopyTo(chunk.Bytes.AsSpan(start));
            var bytes = chunk.Bytes.AsSpan(start, chunk.End - start);
            while (!ended && TryTake(ref bytes))
            {
            }
            bytes.CopyTo(rest);
            restLength = bytes.Length;
        }

        /// <exception cref="EndOfStreamException">The trailer never came.</exception>
        public void End()
        {
            AddGroup();
            if (!ended)
                throw new EndOfStreamException("PostgreSQL ended the list of published keys early. Run again.");
        }

        bool TryTake(ref Span<byte> bytes)
        {
            if (bytes.Length < 2)
                return false;
            if (BinaryPrimitives.ReadInt16BigEndian(bytes) < 0)
            {
                ended = true;
                bytes = [];
                return false;
            }
            if (bytes.Length < 6)
                return false;
            var keyLength = BinaryPrimitives.ReadInt32BigEndian(bytes[2..]);
            var length = 6 + keyLength + 20 + 12;
            if (bytes.Length < length)
                return false;
            var key = ContentHash.Of(bytes.Slice(6, keyLength), seed);
            index.Prefetch(key);
            group[grouped++] = (key, BinaryPrimitives.ReadUInt128BigEndian(bytes[(6 + keyLength + 4)..]), BinaryPrimitives.ReadInt64BigEndian(bytes[(length - 8)..]));
            if (grouped == Group)
                AddGroup();
            bytes = bytes[length..];
            return true;
        }

        void AddGroup()
        {
            for (var i = 0; i < grouped; i++)
                index.AddPublished(group[i].Key, group[i].Content, row: default, group[i].Seq);
            grouped = 0;
        }
    }
}
