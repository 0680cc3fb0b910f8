using System.Net;
using System.Text.Json;
using Exchange.Hub.Sharing.Requests;

namespace Exchange.Hub.Tests.Sharing.Requests;

/// <summary>Every arrow of the state machine, and no other.</summary>
public sealed class RequestStateTests
{
    const string Conditional = """{"class":"conditional","modes":["lookup","query"]}""";
    const string Unconditional = """{"class":"unconditional","modes":["lookup","query"]}""";
    const string NotShared = """{"class":"not-shared","legalBasis":"Statistics Act, section 12"}""";

    /// <summary>The shortest way into each state.</summary>
    static readonly Dictionary<RequestState, string[]> Ways = new()
    {
        [RequestState.Draft] = [],
        [RequestState.Submitted] = ["submit"],
        [RequestState.Returned] = ["submit", "return"],
        [RequestState.UnderReview] = ["submit", "pre-check"],
        [RequestState.Extended] = ["submit", "pre-check", "extend"],
        [RequestState.Approved] = ["submit", "pre-check", "approve"],
        [RequestState.Agreed] = ["submit", "pre-check", "approve", "agree"],
        [RequestState.Granted] = ["submit", "pre-check", "approve", "agree", "verify"],
        [RequestState.Refused] = ["submit", "pre-check", "refuse"],
        [RequestState.Appealed] = ["submit", "pre-check", "refuse", "appeal"],
        [RequestState.Upheld] = ["submit", "pre-check", "refuse", "appeal", "uphold"],
        [RequestState.Withdrawn] = ["withdraw"],
    };

    static IEnumerable<TestCaseData> Arrows => RequestStates.Arrows.Select(arrow => new TestCaseData(arrow).SetArgDisplayNames($"{arrow.From} {arrow.Deed} {arrow.To}"));

    [TestCaseSource(nameof(Arrows))]
    public async Task Every_arrow_can_be_gone_and_is_written_down(Arrow arrow)
    {
        var policy = arrow is not { Deed: RequestDeed.PreCheck } ? Conditional
            : arrow.To switch { RequestState.Granted => Unconditional, RequestState.Refused => NotShared, _ => Conditional };
        var request = await RequestClient.AtAsync(await OfferedDataset.CreateAsync(policy), Ways[arrow.From]);
        Assert.That(request.State, Is.EqualTo(NameOf(arrow.From)), "the way there");

        await request.DoAsync(NameOf(arrow.Deed));

        var step = request.Last.GetProperty("history").EnumerateArray().Last();
        Assert.Multiple(() =>
        {
            Assert.That(request.State, Is.EqualTo(NameOf(arrow.To)));
            Assert.That(step.GetProperty("deed").GetString(), Is.EqualTo(NameOf(arrow.Deed)));
            Assert.That(step.GetProperty("from").GetString(), Is.EqualTo(NameOf(arrow.From)));
            Assert.That(step.GetProperty("revision").GetInt32(), Is.EqualTo(request.Revision));
        });
        Assert.That((await request.AuditAsync()), Has.Length.EqualTo(request.Last.GetProperty("history").GetArrayLength()), "every deed is audited");
    }

    [TestCaseSource(nameof(States))]
    public async Task What_has_no_arrow_is_refused_and_changes_nothing(RequestState state)
    {
        var request = await RequestClient.AtAsync(await OfferedDataset.CreateAsync(Conditional), Ways[state]);
        var before = (await request.ReadAsync()).GetRawText();
        foreach (var deed in Enum.GetValues<RequestDeed>().Where(deed => deed != RequestDeed.Draft && state.PartyOf(deed) is null))
        {
            // A draft is shown to nobody else, so to the deciding sides it is not even there.
            var expected = state == RequestState.Draft && deed is not (RequestDeed.Amend or RequestDeed.Answer or RequestDeed.Verify or RequestDeed.Appeal or RequestDeed.Submit)
                ? HttpStatusCode.Forbidden : HttpStatusCode.Conflict;
            var problem = await request.DoAsync(NameOf(deed), expected: expected);
            Assert.That(problem.GetProperty("code").GetString(), Is.EqualTo(expected == HttpStatusCode.Conflict ? "request-state" : "other-department"), $"{deed}");
        }
        Assert.That((await request.ReadAsync()).GetRawText(), Is.EqualTo(before));
    }

    [Test]
    public void Every_state_has_a_way_that_is_tested() => Assert.That(Ways.Keys, Is.EquivalentTo(Enum.GetValues<RequestState>()));

    [Test]
    public void Only_an_approval_or_an_unconditional_pre_check_leads_towards_a_grant()
    {
        var granting = RequestStates.Arrows.Where(arrow => arrow.To == RequestState.Granted).Select(arrow => (arrow.From, arrow.Deed));
        var approving = RequestStates.Arrows.Where(arrow => arrow.To is RequestState.Approved).Select(arrow => arrow.Deed).Distinct();
        Assert.Multiple(() =>
        {
            Assert.That(granting, Is.EquivalentTo(new[] { (RequestState.Submitted, RequestDeed.PreCheck), (RequestState.Agreed, RequestDeed.Verify) }));
            Assert.That(approving, Is.EquivalentTo(new[] { RequestDeed.Approve, RequestDeed.Overturn }));
            Assert.That(RequestStates.Arrows.Where(arrow => arrow.To == RequestState.Agreed).Select(arrow => arrow.From), Is.EqualTo(new[] { RequestState.Approved }));
        });
    }

    static RequestState[] States => Enum.GetValues<RequestState>();

    static string NameOf<T>(T value) where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());
}
