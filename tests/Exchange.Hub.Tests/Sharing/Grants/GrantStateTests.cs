using Exchange.Hub.Platform;
using Exchange.Hub.Sharing.Grants;

namespace Exchange.Hub.Tests.Sharing.Grants;

public sealed class GrantStateTests
{
    static readonly (GrantState From, GrantState To)[] arrows =
    [
        (GrantState.Active, GrantState.Suspended), (GrantState.Suspended, GrantState.Active),
        (GrantState.Active, GrantState.Expired), (GrantState.Active, GrantState.Revoked), (GrantState.Active, GrantState.Completed),
        (GrantState.Suspended, GrantState.Expired), (GrantState.Suspended, GrantState.Revoked), (GrantState.Suspended, GrantState.Completed),
    ];

    static IEnumerable<TestCaseData> Pairs =>
        from before in Enum.GetValues<GrantState>()
        from after in Enum.GetValues<GrantState>()
        select new TestCaseData(before, after, arrows.Contains((before, after)));

    [TestCaseSource(nameof(Pairs))]
    public void A_grant_takes_the_arrows_of_the_domain_and_no_other(GrantState before, GrantState after, bool allowed)
    {
        var grant = Granted.Imagined() with { State = before };
        if (allowed)
            Assert.That(grant.Become(after, "why", Caller.System, DateTimeOffset.UnixEpoch).State, Is.EqualTo(after));
        else
            Assert.That(() => grant.Become(after, "why", Caller.System, DateTimeOffset.UnixEpoch), Throws.TypeOf<HubException>().With.Property(nameof(HubException.Code)).EqualTo("grant-state"));
    }

    [TestCase("person/1.7", true)]
    [TestCase("person/2.0", false)]
    [TestCase("person/10.0", false)]
    [TestCase("company/1.0", false)]
    public void A_grant_covers_its_schema_in_its_major_version(string schema, bool covered) =>
        Assert.That(Granted.Imagined().CoversSchema(schema), Is.EqualTo(covered));
}
