using CsCheck;
using Exchange.Hub.Sharing.Access;
using Exchange.Hub.Sharing.Grants;

namespace Exchange.Hub.Tests.Sharing.Access;

public sealed class GrantIndexTests
{
    [Test]
    public void News_may_come_twice_and_in_any_order() => Gen.Shuffle(Enumerable.Range(1, 6).Concat(Enumerable.Range(1, 6)).ToArray()).Sample(order =>
    {
        using var index = new GrantIndex();
        var id = Guid.CreateVersion7();
        foreach (var revision in order)
            index.Apply(Granted.Imagined() with { Id = id, Revision = revision, State = revision == 6 ? GrantState.Revoked : GrantState.Active });
        return !index.Open.Any() && index.Find(1, "benefits-office").Single().Grant.Revision == 6;
    });

    [Test]
    public async Task What_changes_while_everything_is_read_anew_is_not_lost()
    {
        using var index = new GrantIndex();
        var old = Granted.Imagined();
        await index.ReloadAsync(
            _ =>
            {
                index.Apply(old with { Revision = 2, State = GrantState.Revoked });
                return Task.FromResult(new List<Grant> { old });
            },
            CancellationToken.None);
        Assert.That(index.Open, Is.Empty);
    }

    [Test]
    public async Task What_was_missed_is_known_after_reading_anew()
    {
        using var index = new GrantIndex();
        var (ended, kept, changed, issued) = (Granted.Imagined(), Granted.Imagined(), Granted.Imagined(), Granted.Imagined());
        await index.ReloadAsync(_ => Task.FromResult(new List<Grant> { ended, kept, changed }), CancellationToken.None);
        var tokens = new[] { ended, kept, changed }.Select(grant => Entry(index, grant).Ended).ToArray();

        await index.ReloadAsync(_ => Task.FromResult(new List<Grant> { kept, changed with { Revision = 2, State = GrantState.Suspended }, issued }), CancellationToken.None);
        Assert.That(index.Open.Select(grant => grant.Id), Is.EquivalentTo(new[] { kept.Id, changed.Id, issued.Id }));
        Assert.That(tokens.Select(token => token.IsCancellationRequested), Is.EqualTo(new[] { true, false, true }), "only what was taken ends its streams");
    }

    [Test]
    public async Task A_reading_that_failed_leaves_the_index_asking_for_the_table()
    {
        using var index = new GrantIndex();
        await index.ReloadAsync(_ => Task.FromResult(new List<Grant>()), CancellationToken.None);
        Assert.That(index.IsLive, Is.True);
        await Assert.ThrowsAsync<IOException>(() => index.ReloadAsync(_ => Task.FromException<List<Grant>>(new IOException("away")), CancellationToken.None));
        Assert.That(index.IsLive, Is.False);
    }

    static GrantEntry Entry(GrantIndex index, Grant grant) => index.Find(1, "benefits-office").Single(entry => entry.Grant.Id == grant.Id);
}
