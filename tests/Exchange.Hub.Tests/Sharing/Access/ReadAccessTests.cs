using Exchange.Engine.Records;
using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing;
using Exchange.Hub.Sharing.Access;
using Exchange.Hub.Sharing.Grants;
using Exchange.Hub.Sharing.Use;
using Microsoft.Extensions.Time.Testing;

namespace Exchange.Hub.Tests.Sharing.Access;

/// <summary>What an open stream hears of its grant.</summary>
public sealed class ReadAccessTests
{
    static readonly DateTimeOffset Now = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);

    readonly FakeTimeProvider time = new(Now);

    readonly GrantIndex index = new();

    readonly Grant grant = Granted.Imagined(Granted.Everything with { Fields = ["/id", "/name", "/born"], Until = Now.AddDays(10) });

    [TearDown]
    public void Clear() => index.Dispose();

    [Test]
    public void It_ends_at_the_instant_at_which_the_grant_expires()
    {
        using var access = Open();
        time.Advance(TimeSpan.FromDays(10) - TimeSpan.FromMilliseconds(1));
        Assert.That(access.Ended.IsCancellationRequested, Is.False);
        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.That(access.Ended.IsCancellationRequested, Is.True);
    }

    [Test]
    public void It_ends_at_the_instant_at_which_the_line_that_it_reads_is_read_no_more()
    {
        using var access = Open(new PastLine("person/1", new Publication(1, 1, Guid.Empty, Now, 0, 0, 0, 0, 0, 0, "person/1.0", "person@1"), Now.AddDays(3), [], "person/2.0"));
        time.Advance(TimeSpan.FromDays(3) - TimeSpan.FromMilliseconds(1));
        Assert.That(access.Ended.IsCancellationRequested, Is.False);
        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.That(access.Ended.IsCancellationRequested, Is.True);
    }

    static IEnumerable<TestCaseData> Changes
    {
        get
        {
            yield return Case("suspended", grant => grant with { State = GrantState.Suspended }, true);
            yield return Case("revoked", grant => grant with { State = GrantState.Revoked }, true);
            yield return Case("completed", grant => grant with { State = GrantState.Completed }, true);
            yield return Case("renewed for longer", grant => With(grant, terms => terms with { Until = Now.AddDays(90) }), false);
            yield return Case("given another quota", grant => With(grant, terms => terms with { Quota = new Quota(5) }), false);
            yield return Case("renewed for shorter", grant => With(grant, terms => terms with { Until = Now.AddDays(1) }), true);
            yield return Case("renewed with fewer fields", grant => With(grant, terms => terms with { Fields = ["/id"] }), true);
            yield return Case("masked", grant => With(grant, terms => terms with { Masks = new Dictionary<string, Mask> { ["/name"] = Mask.Redact } }), true);
            yield return Case("given a row filter", grant => With(grant, terms => terms with { Rows = [new RowCondition("/district", "eq", ["north"])] }), true);
            yield return Case("given fewer modes", grant => With(grant, terms => terms with { Modes = [DeliveryMode.Lookup] }), true);

            static TestCaseData Case(string name, Func<Grant, Grant> change, bool ends) => new TestCaseData(change, ends).SetArgDisplayNames(name);
            static Grant With(Grant grant, Func<Terms, Terms> change) => grant with { Version = 2, Terms = change(grant.Terms) };
        }
    }

    [TestCaseSource(nameof(Changes))]
    public void It_ends_when_something_is_taken_from_the_grant_and_only_then(Func<Grant, Grant> change, bool ends)
    {
        using var access = Open();
        index.Apply(change(grant) with { Revision = 2 });
        Assert.That(access.Ended.IsCancellationRequested, Is.EqualTo(ends));
    }

    [Test]
    public void After_it_was_resumed_a_grant_opens_again()
    {
        index.Apply(grant);
        index.Apply(grant with { Revision = 2, State = GrantState.Suspended });
        index.Apply(grant with { Revision = 3, State = GrantState.Active });
        using var access = Open();
        Assert.That(access.Ended.IsCancellationRequested, Is.False);
    }

    ReadAccess Open(PastLine? line = null)
    {
        index.Apply(grant);
        var caller = new Caller("token:7", "Reader", Role.Subscriber, grant.Consumer);
        var head = new DatasetHead(1, "people", "registry", 1, 1, 1, 1, 0, null, null, null, null, true, []);
        var recorder = new UseRecorder(null!, null!, null!, new SharingKeys([1]), new ReadQuestion(caller, head, DeliveryMode.Query, null, time.GetUtcNow()), null);
        return ReadAccess.Under(index.Find(1, grant.Consumer).Single(), line, RecordView.Whole, RowFilter.None, recorder, time);
    }
}
