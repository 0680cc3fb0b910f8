using Exchange.Hub.Demo;

namespace Exchange.Hub.Tests.Demo;

[Parallelizable(ParallelScope.All)]
public sealed class DemoStoryTests
{
    [Test, CancelAfter(180_000)]
    public async Task The_story_of_a_small_city_comes_out_as_its_data_says(CancellationToken cancellationToken)
    {
        var terminal = new StringWriter();
        var code = await DemoCommand.RunAsync(
            new DemoOptions(Once: true, People: 1500, Port: 0), (options, token) => HubApp.BuildAsync(options, cancellationToken: token), terminal, TimeProvider.System, cancellationToken);

        var told = terminal.ToString();
        TestContext.Out.WriteLine(told);
        Assert.That(code, Is.Zero, told);
        Assert.That(told, Does.Contain("Everything came out as the data says it must."));
        Assert.That(told, Does.Match("day 5 +marriages +held .*男方身份证号"), "the drift guard names the column");
        Assert.That(told, Does.Match("day 6 +residents +held "));
        Assert.That(told, Does.Match(" 6 +invalid-date "));
    }
}
