using CsCheck;

namespace Exchange.Hub.Tests.Delivery.Proof;

/// <summary>
/// What is not shown makes no difference. Two datasets that differ only in it give a consumer the same bytes by every
/// way out: bodies, statuses, headers, counts, entity tags, and which cursors are equal. Not compared are: the hash mask,
/// whose purpose it is to tell values apart; the order of streams, which means nothing; the list of publications and the
/// catalog, whose totals are told to everybody; and that a record was published anew, which is told whichever of its
/// fields changed.
/// </summary>
public sealed class NonInterferenceTests
{
    const int Samples = 3;
    const int Threads = 2;

    [Test]
    public Task What_is_not_shown_makes_no_difference() => Twin.Any.SampleAsync(async each =>
    {
        var (world, strangers, seed) = each;
        var twin = new Twin(world, strangers, seed);
        var (here, there) = (await Stage.SetAsync(), await Stage.SetAsync());
        var (observer, other) = (new Observer(here, (await here.IssueAsync(world.Terms)).Id), new Observer(there, (await there.IssueAsync(world.Terms)).Id));
        foreach (var changes in world.Publications)
        {
            await here.Dataset.PublishAsync(changes);
            await there.Dataset.PublishAsync(twin.Publish(changes));
            Assert.That(await other.LookAsync(), Is.EqualTo(await observer.LookAsync()), $"after publication {here.Dataset.Publication}");
        }
    }, iter: Samples, threads: Threads, print: each => each.World.Tell());
}
