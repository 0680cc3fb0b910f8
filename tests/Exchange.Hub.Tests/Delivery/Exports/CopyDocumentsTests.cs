using System.Buffers.Binary;
using System.Text;
using CsCheck;
using Exchange.Hub.Delivery.Exports;

namespace Exchange.Hub.Tests.Delivery.Exports;

public sealed class CopyDocumentsTests
{
    static readonly Gen<string[]> Documents = Gen.OneOf(Gen.String[0, 30], Gen.String[500, 3000]).Array[0, 40]
        .Select(texts => texts.Select(t => t.Replace('\0', ' ')).ToArray());

    [Test]
    public void Every_value_comes_out_whole_however_the_bytes_arrive() =>
        Gen.Select(Documents, Gen.Int[1, 700], Gen.Int[16, 4096]).Sample((documents, piece, block) =>
        {
            var bytes = Copy(documents);
            var read = ReadAll(bytes, piece, block);
            return read.SequenceEqual(documents.Select(AsUtf8));
        });

    [Test]
    public void A_copy_that_breaks_off_is_never_taken_for_a_whole_one() =>
        Gen.Select(Documents, Gen.Int[0, 100_000]).Sample((documents, cut) =>
        {
            var bytes = Copy(documents);
            Assert.That(() => ReadAll(bytes[..(cut % bytes.Length)], 100, 256), Throws.TypeOf<EndOfStreamException>());
        });

    [Test]
    public void A_value_much_larger_than_a_block_comes_out_whole()
    {
        var large = new string('x', 1_000_000);

        Assert.That(ReadAll(Copy(["a", large, "b"]), 8192, 1024), Is.EqualTo(new[] { "a", large, "b" }));
    }

    [Test]
    public void Bytes_that_are_no_binary_copy_are_refused() =>
        Assert.That(() => ReadAll(Encoding.ASCII.GetBytes(new string('{', 100)), 10, 256), Throws.TypeOf<InvalidDataException>());

    [Test]
    public void A_null_is_refused_because_a_record_alive_has_a_body()
    {
        var bytes = Copy(["a"]);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(21), -1);

        Assert.That(() => ReadAll(bytes, 100, 256), Throws.TypeOf<InvalidDataException>());
    }

    static List<string> ReadAll(byte[] bytes, int piece, int block)
    {
        using var documents = new CopyDocuments(new PiecewiseStream(bytes, piece), block);
        var read = new List<string>();
        while (documents.ReadBlockAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult())
        {
            while (documents.TryRead(out var document))
                read.Add(Encoding.UTF8.GetString(document));
        }
        return read;
    }

    static string AsUtf8(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));

    /// <summary>What PostgreSQL sends for a column of these texts.</summary>
    static byte[] Copy(string[] documents)
    {
        var bytes = new MemoryStream();
        bytes.Write([.. "PGCOPY\n"u8, 0xFF, (byte)'\r', (byte)'\n', 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        var number = new byte[4];
        foreach (var document in documents.Select(Encoding.UTF8.GetBytes))
        {
            bytes.Write([0, 1]);
            BinaryPrimitives.WriteInt32BigEndian(number, document.Length);
            bytes.Write(number);
            bytes.Write(document);
        }
        bytes.Write([0xFF, 0xFF]);
        return bytes.ToArray();
    }

    /// <summary>Gives a few bytes per read, as a socket may.</summary>
    sealed class PiecewiseStream(byte[] bytes, int piece) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(piece, buffer.Length)], cancellationToken);
    }
}
