using CsCheck;
using Exchange.Hub.Delivery;

namespace Exchange.Hub.Tests.Delivery;

public sealed class CursorsTests
{
    static readonly byte[] Key = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];
    readonly Cursors cursors = new(Key);

    static readonly CursorScope Own = new(1, 1, Guid.Empty, 0);

    static readonly Gen<CursorScope> Scopes =
        Gen.Select(Gen.Int.Positive, Gen.Int.Positive, Gen.Guid, Gen.Int.NonNegative, (dataset, epoch, grant, version) => new CursorScope(dataset, epoch, grant, version));

    static readonly Gen<PageCursor> PageCursors =
        from scope in Scopes
        from asOf in Gen.Int.NonNegative
        from query in Gen.Long
        from key in Gen.String[Gen.OneOf(Gen.Char['a', 'z'], Gen.OneOfConst('|', '/', 'é', '限', ' ', '"')), 1, 100]
        select new PageCursor(scope, asOf, query, key);

    static readonly Gen<FeedCursor> FeedCursors =
        Gen.Select(Scopes, Gen.Long[0, long.MaxValue], Gen.Long[0, long.MaxValue], Gen.OneOfConst(null, "", "k1", "限|~/"), (scope, seq, since, left) => new FeedCursor(scope, seq, since, left));

    [Test]
    public void A_page_cursor_comes_back_as_it_was_written() => PageCursors.Sample(written =>
        cursors.TryReadPage(cursors.Write(written), out var read) && read == written);

    [Test]
    public void A_feed_cursor_comes_back_as_it_was_written() => FeedCursors.Sample(written =>
        cursors.TryReadFeed(cursors.Write(written), out var read) && read == written);

    [Test]
    public void A_cursor_tells_nothing_of_the_place_that_it_names()
    {
        byte[] seq = [0, 0, 0, 0, 0, 0, 0, 77];
        var text = System.Buffers.Text.Base64Url.DecodeFromChars(cursors.Write(new FeedCursor(Own, 77, 0)));
        Assert.That(text.AsSpan().IndexOf(seq), Is.EqualTo(-1));
    }

    [Test]
    public void A_cursor_stands_in_an_address_without_escapes() => PageCursors.Sample(cursor =>
        Uri.EscapeDataString(cursors.Write(cursor)) == cursors.Write(cursor));

    [Test]
    public void A_cursor_with_any_character_altered_is_refused() =>
        Gen.Select(FeedCursors, Gen.Int[0, 1000], Gen.Char['A', 'Z']).Sample((cursor, where, character) =>
        {
            var text = cursors.Write(cursor).ToCharArray();
            where %= text.Length;
            if (text[where] == character)
                return true;
            text[where] = character;
            return !cursors.TryReadFeed(new string(text), out _);
        });

    [Test]
    public void A_cursor_of_another_hub_is_refused()
    {
        var other = new Cursors([.. Key.Reverse()]);

        Assert.That(cursors.TryReadFeed(other.Write(new FeedCursor(Own, 7, 0)), out _), Is.False);
    }

    [Test]
    public void A_cursor_of_the_feed_is_no_cursor_of_a_page_and_the_other_way_round()
    {
        Assert.That(cursors.TryReadPage(cursors.Write(new FeedCursor(Own, 7, 0)), out _), Is.False);
        Assert.That(cursors.TryReadFeed(cursors.Write(new PageCursor(Own, 1, 0, "k")), out _), Is.False);
    }

    [TestCase("")]
    [TestCase("not a cursor")]
    [TestCase("AAAA")]
    [TestCase("=====")]
    [TestCase("ééé")]
    public void Text_that_is_no_cursor_is_refused(string text) => Assert.That(cursors.TryReadFeed(text, out _), Is.False);

    [Test]
    public void A_text_of_any_length_is_refused_without_being_decoded() =>
        Assert.That(cursors.TryReadPage(new string('A', 10_000_000), out _), Is.False);
}
