using Exchange.Hub.Demo;

namespace Exchange.Hub.Tests.Demo;

[Parallelizable(ParallelScope.All)]
public sealed class DemoOptionsTests
{
    [Test]
    public void Words_become_options() =>
        Assert.That(DemoOptions.Parse(["--once", "--people", "2000", "--port", "0"]), Is.EqualTo(new DemoOptions(Once: true, People: 2000, Port: 0)));

    [TestCase("--people")]
    [TestCase("--people", "12")]
    [TestCase("--port", "http")]
    [TestCase("--twice")]
    public void A_word_that_means_nothing_is_told_with_what_would_do(params string[] words) =>
        Assert.That(() => DemoOptions.Parse(words), Throws.TypeOf<DemoUsageException>().With.Message.Contains(words[0]));
}
