using System.Text.Json;
using CsCheck;
using Exchange.Hub.Platform;

namespace Exchange.Hub.Tests.Sharing.Requests;

/// <summary>People do whatever comes to their minds to a request; it goes as a plain reading of the rules says.</summary>
public sealed class RandomWalkTests
{
    const int Walks = 25;

    static readonly string[] Deeds = ["amend", "submit", "return", "ask", "answer", "pre-check", "extend", "approve", "refuse", "agree", "verify", "withdraw", "appeal", "uphold", "overturn"];

    /// <summary>Deeds that get somewhere stand there more often, or few walks would reach a grant.</summary>
    static readonly Gen<string> AnyDeed = Gen.Frequency((1, Gen.OneOfConst(Deeds)), (2, Gen.OneOfConst("submit", "pre-check", "approve", "agree", "verify", "refuse", "appeal", "overturn")));

    static readonly Gen<string> AnySharing = Gen.Frequency((4, Gen.Const("conditional")), (1, Gen.Const("unconditional")), (1, Gen.Const("not-shared")));

    static readonly Gen<(string By, string Deed)[]> AnyWalk = Gen.Select(
        Gen.Frequency((5, Gen.Const("whose turn it is")), (1, Gen.OneOfConst("requester", "administrator", "steward", "own administrator", "stranger"))), AnyDeed).Array[10, 30];

    [Test]
    public async Task A_random_walk_goes_as_the_rules_say_and_every_deed_is_audited()
    {
        var ends = new HashSet<string>();
        await Gen.Select(AnySharing, Gen.Frequency((4, AnyWalk), (1, Gen.Const(Array.Empty<(string, string)>())))).SampleAsync(
            async (sharing, walk) =>
            {
                var dataset = await OfferedDataset.CreateAsync($$"""{"class":"{{sharing}}","legalBasis":"Some Act","modes":["lookup","query"]}""");
                var request = await RequestClient.DraftAsync(dataset);
                var rules = new PlainRules(sharing);
                foreach (var (by, deed) in walk)
                {
                    var actor = by == "whose turn it is" ? PlainRules.SideOf(deed, rules.State) : by;
                    var answer = await request.DoAsync(deed, expected: rules.Do(actor, deed), by: await ClientAsync(dataset, actor));
                    Assert.That(request.State, Is.EqualTo(rules.State), $"after {deed} by {actor}: {answer}");
                }
                while (PlainRules.TowardsGrant(rules.State) is { } next)
                    await request.DoAsync(next, expected: rules.Do(PlainRules.SideOf(next, rules.State), next), by: await ClientAsync(dataset, PlainRules.SideOf(next, rules.State)));
                Assert.That(rules.State, Is.AnyOf("granted", "withdrawn", "upheld"), "whatever happened before, the way to a grant was open or ended by a person");
                var view = await request.ReadAsync();
                lock (ends)
                    ends.Add(rules.State);
                var done = view.GetProperty("history").EnumerateArray().Select(step => step.GetProperty("deed").GetString()!).ToList();
                var audited = await request.AuditAsync();
                var hasGrant = view.GetProperty("request").GetProperty("grant").ValueKind != JsonValueKind.Null;
                Assert.Multiple(() =>
                {
                    Assert.That(done, Is.EqualTo(rules.Done), "the history tells every deed");
                    Assert.That(audited, Has.Length.EqualTo(rules.Done.Count), "every deed is audited");
                    Assert.That(hasGrant, Is.EqualTo(rules.State == "granted"));
                    if (hasGrant && sharing != "unconditional")
                        Assert.That(done, Has.Member("approve").Or.Member("overturn"), "no grant without approval");
                });
            },
            iter: Walks, threads: 2);
        Assert.That(ends, Has.Member("granted"), "some walks come to a grant");
    }

    static Task<HttpClient> ClientAsync(OfferedDataset dataset, string actor) => actor switch
    {
        "requester" => dataset.RequesterAsync(),
        "administrator" => dataset.AdministratorAsync(),
        "steward" => dataset.StewardAsync(),
        "own administrator" => dataset.Hub.ClientAsync(Role.Administrator, dataset.Consumer),
        _ => dataset.Hub.ClientAsync(Role.Steward, "elsewhere"),
    };
}
