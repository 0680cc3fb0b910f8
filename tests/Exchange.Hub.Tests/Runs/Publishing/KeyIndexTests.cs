using CsCheck;
using Exchange.Hub.Runs.Publishing;

namespace Exchange.Hub.Tests.Runs.Publishing;

public sealed class KeyIndexTests
{
    [Test]
    public void It_answers_as_a_dictionary_would() =>
        Gen.Select(Gen.Select(Gen.Int[0, 3000], Gen.Int[0, 3]).Array[0, 4000], Gen.Select(Gen.Int[0, 3000], Gen.Int[0, 3]).Array[0, 4000]).Sample((published, seen) =>
        {
            using var index = new KeyIndex(published.Length / 3, 64 * 1024 * 1024);
            var model = new Dictionary<int, (int Content, long Seq, bool Seen)>();
            foreach (var (key, content) in published)
            {
                if (model.TryAdd(key, (content, model.Count + 1, false)))
                    index.AddPublished(Hash(key), Hash(content), default, model[key].Seq);
            }
            foreach (var (key, content) in seen)
            {
                var expected = !model.TryGetValue(key, out var known) ? KeyMatch.New
                    : known.Seen ? KeyMatch.Duplicate
                    : known.Content == content ? KeyMatch.Unchanged : KeyMatch.Changed;
                model[key] = known with { Seen = true };
                Assert.That(index.Match(Hash(key), Hash(content), default, 1), Is.EqualTo(expected));
            }
            Assert.That(index.Unseen(), Is.EquivalentTo(model.Values.Where(m => !m.Seen).Select(m => m.Seq)));
            Assert.That(index.Count, Is.EqualTo(model.Count));
        }, iter: 50);

    [Test]
    public void A_row_leads_to_the_record_that_was_made_of_it() =>
        Gen.Int[0, 500].Array[0, 3000].Sample(rows =>
        {
            using var index = new KeyIndex(10, 64 * 1024 * 1024);
            var model = new Dictionary<int, int>();
            foreach (var row in rows)
            {
                if (model.TryAdd(row, model.Count))
                    index.AddPublished(Hash(row), Hash(-row), Hash(row + 1000), model.Count);
            }
            foreach (var row in Enumerable.Range(0, 600))
                Assert.That(index.FindRow(Hash(row + 1000)), Is.EqualTo(model.GetValueOrDefault(row, -1)));
            foreach (var row in rows)
                Assert.That(index.MatchRow(index.FindRow(Hash(row + 1000))), Is.EqualTo(model.Remove(row) ? KeyMatch.Unchanged : KeyMatch.Duplicate));
            Assert.That(index.Unseen(), Is.Empty);
        }, iter: 50);

    [Test]
    public void It_stops_at_its_budget_rather_than_grow()
    {
        using var index = new KeyIndex(10, 256 * 1024);
        Assert.That(() =>
        {
            for (var i = 1; ; i++)
                index.Match(Hash(i), Hash(i), default, i);
        }, Throws.TypeOf<KeyIndexFullException>());
        Assert.That(index.Count, Is.EqualTo(KeyIndex.Limit(256 * 1024)));
    }

    [TestCase(1, 100_000)]
    [TestCase(64, 3_000_000)] // more keys than the first layer takes
    public void The_filter_never_misses_a_duplicate_and_seldom_suspects_wrongly(int mebibytes, int keys)
    {
        using var filter = new KeyFilter(mebibytes * 1024 * 1024);
        var wrong = Enumerable.Range(0, keys).Count(i => filter.AddAndSuspect(Hash(i)));
        Assert.That(Enumerable.Range(0, keys).All(i => filter.AddAndSuspect(Hash(i))), Is.True);
        Assert.That(wrong, Is.LessThan(200));
    }

    static UInt128 Hash(int value) => Exchange.Engine.Records.ContentHash.Of(BitConverter.GetBytes(value), 7);
}
