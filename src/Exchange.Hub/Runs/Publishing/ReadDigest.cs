using System.Buffers.Binary;
using System.Globalization;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Exchange.Hub.Catalog.Storage;

namespace Exchange.Hub.Runs.Publishing;

/// <summary>
/// What the hub remembers of the last complete read of a dataset: a file of <see cref="KeyIndex.Entry"/>, hashes only. It
/// saves fetching the published keys from the database and mapping rows that stand as they stood. It is a cache: a digest
/// of another publication, of another hub's database or with a single wrong byte is not used, and nothing is lost by it.
/// </summary>
/// <remarks>Layout: magic (8 bytes), state (32), rules (32), entries (int64), XXH128 of the entries (16), entries (48 each).</remarks>
sealed class ReadDigest(string path)
{
    const int HeaderLength = 8 + 32 + 32 + 8 + 16;
    const int BlockEntries = 16 * 1024;
    static ReadOnlySpan<byte> Magic => "EXDIGES1"u8;

    /// <summary>The index of what is published, as the digest has it.</summary>
    /// <param name="head">What is published; the digest must be of exactly that.</param>
    /// <param name="rules">What records depend on beside rows; null when rows are not remembered.</param>
    /// <param name="byteBudget">Bytes that the index may take.</param>
    /// <returns>Null when there is no digest of this state.</returns>
    public KeyIndex? Load(DatasetHead head, string? rules, long byteBudget)
    {
        KeyIndex? index = null;
        try
        {
            using var file = File.OpenHandle(path, options: FileOptions.SequentialScan);
            var header = new byte[HeaderLength];
            if (RandomAccess.Read(file, header, 0) != HeaderLength || !header.AsSpan().StartsWith(Magic) || !header.AsSpan(8, 32).SequenceEqual(StateOf(head)))
                return null;
            var entries = BinaryPrimitives.ReadInt64LittleEndian(header.AsSpan(72));
            if (entries != head.Records || RandomAccess.GetLength(file) != HeaderLength + (entries * Marshal.SizeOf<KeyIndex.Entry>()) || !IsWhole(file, header.AsSpan(80, 16)))
                return null;
            var sameRules = rules is not null && header.AsSpan(40, 32).SequenceEqual(RulesOf(rules));
            index = new KeyIndex(entries, byteBudget);
            foreach (var block in Blocks(file))
                Add(MemoryMarshal.Cast<byte, KeyIndex.Entry>(block.Span), sameRules, index);
            return index;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            index?.Dispose();
            return null;
        }
    }

    /// <summary>Writes the digest of what has just been published.</summary>
    /// <param name="head">The head after the publication.</param>
    /// <param name="rules">What records depend on beside rows; null when rows are not remembered.</param>
    /// <param name="index">The index as the run left it.</param>
    /// <param name="lastSeq">The last seq before the publication.</param>
    /// <param name="dropUnseen">True when records that were not seen are gone.</param>
    /// <exception cref="IOException">It cannot be written; the one before is gone.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder is closed to the hub.</exception>
    public void Save(DatasetHead head, string? rules, KeyIndex index, long lastSeq, bool dropUnseen)
    {
        var unfinished = path + ".new";
        using (var file = File.OpenHandle(unfinished, FileMode.Create, System.IO.FileAccess.Write))
        {
            var block = new KeyIndex.Entry[BlockEntries];
            var hash = new XxHash128();
            var (from, entries, at) = (0, 0L, (long)HeaderLength);
            for (int filled; (filled = index.CopyPublished(ref from, block, lastSeq, dropUnseen)) > 0; entries += filled)
            {
                var bytes = MemoryMarshal.AsBytes(block.AsSpan(0, filled));
                hash.Append(bytes);
                RandomAccess.Write(file, bytes, at);
                at += bytes.Length;
            }
            var header = new byte[HeaderLength];
            Magic.CopyTo(header);
            StateOf(head).CopyTo(header, 8);
            if (rules is not null)
                RulesOf(rules).CopyTo(header, 40);
            BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(72), entries);
            hash.GetCurrentHash(header.AsSpan(80));
            RandomAccess.Write(file, header, 0);
        }
        File.Move(unfinished, path, overwrite: true);
    }

    static void Add(ReadOnlySpan<KeyIndex.Entry> entries, bool withRows, KeyIndex index)
    {
        for (var i = 0; i < entries.Length; i++)
        {
            if (i + KeyHashes.Ahead < entries.Length)
                index.Prefetch(entries[i + KeyHashes.Ahead]);
            ref readonly var entry = ref entries[i];
            index.AddPublished(entry.Key, entry.Content, withRows ? entry.Row : default, entry.Seq);
        }
    }

    static bool IsWhole(Microsoft.Win32.SafeHandles.SafeFileHandle file, ReadOnlySpan<byte> expected)
    {
        var hash = new XxHash128();
        foreach (var block in Blocks(file))
            hash.Append(block.Span);
        return expected.SequenceEqual(hash.GetCurrentHash());
    }

    static IEnumerable<ReadOnlyMemory<byte>> Blocks(Microsoft.Win32.SafeHandles.SafeFileHandle file)
    {
        var block = new byte[BlockEntries * Marshal.SizeOf<KeyIndex.Entry>()];
        var at = (long)HeaderLength;
        for (int filled; (filled = RandomAccess.Read(file, block, at)) > 0; at += filled)
        {
            while (filled < block.Length && RandomAccess.Read(file, block.AsSpan(filled), at + filled) is > 0 and var more)
                filled += more;
            yield return block.AsMemory(0, filled);
        }
    }

    /// <summary>The run that made a publication is known to no other database, and to no state that a backup brought back.</summary>
    static byte[] StateOf(DatasetHead head) => Hash(string.Create(
        CultureInfo.InvariantCulture, $"{head.DatasetId} {head.Epoch} {head.Publication} {head.Run} {head.Seq} {head.Records} {head.HashSeed}"));

    static byte[] RulesOf(string rules) => Hash(rules);

    static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
