using Exchange.Hub.Delivery.Webhooks;
using Exchange.Sdk;

namespace Exchange.Hub.Tests.Delivery.Webhooks;

/// <summary>The README of webhooks says what the code says.</summary>
public sealed class WebhookDocumentTests
{
    [Test]
    public void The_options_stand_in_the_README() =>
        Approved.Part("src/Exchange.Hub/Delivery/Webhooks/README.md", "options: written by WebhookDocumentTests", OptionSet.Of(typeof(WebhookOptions)).MarkdownTable());

    [Test]
    public void Every_code_of_a_problem_stands_in_the_README()
    {
        var readme = Documents.Read("src/Exchange.Hub/Delivery/Webhooks/README.md");
        int[] statuses = [301, 401, 404, 410, 422, 429, 500];
        var codes = statuses.Select(status => WebhookStatus.ProblemOf(status, null)!.Code)
            .Concat(Enum.GetValues<HttpRequestError>().Select(error => WebhookStatus.ProblemOf(new HttpRequestException(error)).Code)).Distinct();
        Assert.Multiple(() =>
        {
            foreach (var code in codes)
                Assert.That(readme, Does.Contain($"`{code}`"));
        });
    }

    [Test]
    public void A_letter_goes_only_where_the_table_says()
    {
        var all = Enum.GetValues<DeadLetterState>();
        Assert.That(
            from state in all from next in all where state.CanBecome(next) select (state, next),
            Is.EquivalentTo(new[]
            {
                (DeadLetterState.Open, DeadLetterState.Replaying), (DeadLetterState.Open, DeadLetterState.Dismissed), (DeadLetterState.Replaying, DeadLetterState.Open),
                (DeadLetterState.Replaying, DeadLetterState.Replayed), (DeadLetterState.Replaying, DeadLetterState.Dismissed),
            }));
    }
}
