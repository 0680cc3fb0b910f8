using Exchange.Engine.Records;
using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Runs.Publishing;

namespace Exchange.Hub.Tests.Runs.Publishing;

public sealed class ReadDigestTests : IDisposable
{
    const long Budget = 64 * 1024 * 1024;
    const string Rules = "mapping and schema";
    const int Records = 40_000; // several blocks, the last not full

    static readonly DatasetHead head = new(7, "things", "office", Records + 5, 3, Records, 1, 42, null, null, null, Guid.NewGuid(), true, []);

    readonly TemporaryFolder folder = new();

    string Path => folder.Of("7.digest");

    ReadDigest Digest => new(Path);

    [Test]
    public void What_was_saved_is_loaded()
    {
        Save();
        using var index = Digest.Load(head, Rules, Budget)!;
        Assert.That(index.Count, Is.EqualTo(Records));
        for (var i = 1; i <= Records; i++)
            Assert.That(index.Match(Hash(i), Hash(-i), Row(i), 1), Is.EqualTo(KeyMatch.Unchanged));
    }

    [Test]
    public void Rows_are_known_only_under_the_rules_that_made_their_records()
    {
        Save();
        using var same = Digest.Load(head, Rules, Budget)!;
        using var other = Digest.Load(head, "an amended mapping", Budget)!;
        using var none = Digest.Load(head, null, Budget)!;
        Assert.That(same.FindRow(Row(1)), Is.Zero);
        Assert.That(other.FindRow(Row(1)), Is.EqualTo(-1));
        Assert.That(none.FindRow(Row(1)), Is.EqualTo(-1));
        Assert.That(other.Match(Hash(1), Hash(-1), Row(1), 1), Is.EqualTo(KeyMatch.Unchanged));
    }

    [Test]
    public void After_a_publication_changes_stand_at_their_new_seq_and_what_is_gone_is_not_there()
    {
        Save();
        using (var index = Digest.Load(head, Rules, Budget)!)
        {
            for (var i = 1; i < Records; i++) // the last one is gone
                index.Match(Hash(i), i == 9 ? Hash(1_000_009) : Hash(-i), Row(i), position: 1);
            index.Match(Hash(Records + 1), Hash(5), Row(5_000_000), position: 2);
            Digest.Save(head with { Publication = 4, Seq = Records + 8 }, Rules, index, Records + 5, dropUnseen: true);
        }
        Assert.That(Digest.Load(head, Rules, Budget), Is.Null, "the digest is of the publication that came after");
        using var next = Digest.Load(head with { Publication = 4, Seq = Records + 8 }, Rules, Budget)!;
        var seqs = next.Unseen().ToList();
        Assert.That(seqs, Has.Count.EqualTo(Records));
        Assert.That(seqs, Does.Contain(Records + 6).And.Contain(Records + 7).And.Not.Contain(9).And.Not.Contain(Records));
        Assert.That(next.FindRow(Row(5_000_000)), Is.Not.EqualTo(-1));
    }

    [Test]
    public void A_digest_of_any_other_state_is_not_used()
    {
        Save();
        Assert.That(Digest.Load(head with { Run = Guid.NewGuid() }, Rules, Budget), Is.Null, "another database's");
        Assert.That(Digest.Load(head with { Epoch = 2 }, Rules, Budget), Is.Null);
        Assert.That(Digest.Load(head with { Publication = 2 }, Rules, Budget), Is.Null);
        Assert.That(Digest.Load(head with { HashSeed = 43 }, Rules, Budget), Is.Null);
        Assert.That(new ReadDigest(folder.Of("8.digest")).Load(head, Rules, Budget), Is.Null, "there is none");
    }

    [Test]
    public void A_digest_with_one_wrong_byte_is_not_used([Values(0, 20, 60, 75, 90, 96, 1_000_000, -1)] int offset)
    {
        Save();
        var bytes = File.ReadAllBytes(Path);
        bytes[offset < 0 ? bytes.Length - 1 : offset] ^= 1;
        File.WriteAllBytes(Path, bytes);
        using var index = Digest.Load(head, Rules, Budget);
        if (offset == 60) // within the name of the rules: the keys are right, the rows are not known
            Assert.That(index!.FindRow(Row(1)), Is.EqualTo(-1));
        else
            Assert.That(index, Is.Null);
    }

    [Test]
    public void A_digest_that_was_cut_is_not_used([Values(0, 50, 96, 500_000)] int length)
    {
        Save();
        File.WriteAllBytes(Path, File.ReadAllBytes(Path)[..length]);
        Assert.That(Digest.Load(head, Rules, Budget), Is.Null);
    }

    public void Dispose() => folder.Dispose();

    void Save()
    {
        using var index = new KeyIndex(Records, Budget);
        for (var i = 1; i <= Records; i++)
            index.AddPublished(Hash(i), Hash(-i), Row(i), i);
        Digest.Save(head, Rules, index, 0, dropUnseen: false);
    }

    static UInt128 Hash(int value) => ContentHash.Of(BitConverter.GetBytes(value), 7);

    static UInt128 Row(int value) => ContentHash.Of(BitConverter.GetBytes(value), 8);
}
