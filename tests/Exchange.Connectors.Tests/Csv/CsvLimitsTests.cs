using System.Text;
using Exchange.Sdk;

namespace Exchange.Connectors.Tests;

public sealed class CsvLimitsTests
{
    [TestCase("2,\"{0}\"\n", 1, TestName = "A quoted field of 100 MB is one reject")]
    [TestCase("2,{0}\n", 1, TestName = "A field of 100 MB is one reject")]
    public async Task A_huge_field_is_a_reject_in_bounded_memory(string row, int rejects)
    {
        var parts = row.Split("{0}");
        var store = new MemoryStore().Add("huge.csv", () => new GeneratedStream($"id,v\n1,a\n{parts[0]}", 100_000_000, $"{parts[1]}3,c\n"));
        var before = GC.GetAllocatedBytesForCurrentThread();
        var reading = await Reading.OfAsync(store.Csv(), new ReadRequest(FileConnector.StreamName));
        Assert.That(reading.Lines.Where(line => line[0] == '['), Is.EqualTo(new[] { """["1","a"]""", """["3","c"]""" }));
        Assert.That(reading.Lines.Where(line => line[0] == '{').ToList(), Has.Count.EqualTo(rejects).And.All.Contains("row-too-large"));
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(100_000_000));
    }

    [Test]
    public async Task An_unbalanced_quote_in_a_long_file_costs_one_row()
    {
        var rows = Enumerable.Range(1, 300_000).Select(id => id == 7 ? "7,\"open,x" : $"{id},name {id},x");
        var text = "id,name,x\n" + string.Join('\n', rows) + "\n";
        var reading = await Reading.OfAsync(new MemoryStore().Add("f.csv", text).Csv(), new ReadRequest(FileConnector.StreamName), rowLimit: 4096);
        var reject = reading.Lines.Single(line => line[0] == '{');
        Assert.That(reading.End.Count, Is.EqualTo(300_000));
        Assert.That(reject, Does.Contain("\"line\":8").And.Contain($"\"offset\":{text.IndexOf("7,\"open", StringComparison.Ordinal)}"));
    }

    [Test]
    public async Task Invalid_bytes_far_into_a_file_of_undeclared_encoding_stop_the_read_at_their_offset()
    {
        var text = "id,name\n" + string.Concat(Enumerable.Range(1, 200_000).Select(id => $"{id},name {id}\n"));
        byte[] bytes = [.. Encoding.UTF8.GetBytes(text), .. "x,"u8, 0xE9, (byte)'\n'];
        var source = new MemoryStore().Add("f.csv", () => new MemoryStream(bytes)).Csv();
        var error = await Assert.ThrowsAsync<ConnectorException>(async () => await Reading.OfAsync(source, new ReadRequest(FileConnector.StreamName), rowLimit: 4096));
        Assert.That(error!.Kind, Is.EqualTo(ConnectorErrorKind.Configuration));
        Assert.That(error.Message, Does.Contain($"byte 0xE9 at offset {text.Length + 2}"));
    }

    [Test]
    public async Task A_flood_of_unbalanced_quotes_is_read_in_time()
    {
        var text = "id,name,x\n" + string.Concat(Enumerable.Range(1, 20_000).Select(id => $"{id},\"n,x\n"));
        var reading = await Reading.OfAsync(new MemoryStore().Add("f.csv", text).Csv(), new ReadRequest(FileConnector.StreamName), rowLimit: 4096);
        Assert.That(reading.Lines, Has.Count.EqualTo(20_000).And.All.StartsWith("{"));
    }

    /// <summary>A text, so many times the letter y, and a text.</summary>
    sealed class GeneratedStream(string before, long middle, string after) : Stream
    {
        long position;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => before.Length + middle + after.Length;

        public override long Position { get => position; set => throw new NotSupportedException(); }

        // Nothing waits, so all the reading is done, and allocates, on the thread of the test.
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var space = buffer.Span[..(int)Math.Min(buffer.Length, Length - position)];
            space.Fill((byte)'y');
            for (var i = 0; i < before.Length; i++)
                Put(space, i, before[i]);
            for (var i = 0; i < after.Length; i++)
                Put(space, before.Length + middle + i, after[i]);
            position += space.Length;
            return ValueTask.FromResult(space.Length);
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        void Put(Span<byte> space, long at, char character)
        {
            if (at >= position && at < position + space.Length)
                space[(int)(at - position)] = (byte)character;
        }

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
