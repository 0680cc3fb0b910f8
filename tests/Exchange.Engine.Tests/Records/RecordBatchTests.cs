using Exchange.Engine.Records;
using Exchange.Sdk;

namespace Exchange.Engine.Tests.Records;

public class RecordBatchTests
{
    [Test]
    public void A_record_has_the_bytes_that_were_written_for_it()
    {
        var batch = new RecordBatch();
        Accept(batch, "k1", "{}");
        Accept(batch, "k22", """{"a":1}""");

        Assert.That(batch.Count, Is.EqualTo(2));
        Assert.That(batch.Key(1).SequenceEqual("k22"u8), Is.True);
        Assert.That(batch.Doc(1).SequenceEqual("""{"a":1}"""u8), Is.True);
        Assert.That(batch.Doc(0).SequenceEqual("{}"u8), Is.True);
    }

    [Test]
    public void A_cleared_batch_is_empty()
    {
        var batch = new RecordBatch { Read = 3, Filtered = 1 };
        Accept(batch, "k", "{}");
        batch.Reject(new RecordReject("code", null, "message", default, ""));
        batch.Clear();

        Assert.That((batch.Count, batch.Position, batch.Read, batch.Filtered, batch.Rejects.Count), Is.EqualTo((0, 0, 0L, 0L, 0)));
    }

    [Test]
    public void The_same_bytes_have_the_same_hash_only_under_the_same_seed()
    {
        Assert.That(ContentHash.Of("{}"u8, 1), Is.EqualTo(ContentHash.Of([(byte)'{', (byte)'}'], 1)));
        Assert.That(ContentHash.Of("{}"u8, 2), Is.Not.EqualTo(ContentHash.Of("{}"u8, 1)));
    }

    static void Accept(RecordBatch batch, string key, string doc)
    {
        var start = batch.Position;
        batch.Bytes.Write(System.Text.Encoding.UTF8.GetBytes(key));
        var docStart = batch.Position;
        batch.Bytes.Write(System.Text.Encoding.UTF8.GetBytes(doc));
        batch.Accept(start, docStart, ContentHash.Of(batch.Slice(docStart, batch.Position), 0), batch.Count, new SourcePosition(null, 1, -1));
    }
}
