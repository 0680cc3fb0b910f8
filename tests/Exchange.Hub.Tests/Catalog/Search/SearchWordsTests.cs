using Exchange.Hub.Catalog.Search;

namespace Exchange.Hub.Tests.Catalog.Search;

public sealed class SearchWordsTests
{
    [TestCase("Register of Companies", "register of companies")]
    [TestCase("registeredOn", "registered on")]
    [TestCase("post_code/Post-Code", "post code post code")]
    [TestCase("市场主体 register", "市场主体 register")]
    [TestCase("2024年ABC公司", "2024 年 abc 公司")]
    [TestCase("ＡＢＣ　①", "abc 1")]
    [TestCase("'; drop table -- & | ! <-> :*", "drop table")]
    [TestCase("", "")]
    public void Text_is_taken_apart_into_words_and_runs(string text, string words) =>
        Assert.That(string.Join(' ', SearchWords.Of(text).Select(word => word.Text)), Is.EqualTo(words));

    [TestCase("数", "数")]
    [TestCase("数据", "数据")]
    [TestCase("数据共享", "数据 据共 共享")]
    [TestCase("𠮷野家", "𠮷野 野家")]
    public void A_run_is_its_overlapping_pairs(string run, string pairs) =>
        Assert.That(string.Join(' ', SearchWords.Of(run).Single().Pairs), Is.EqualTo(pairs));

    [Test]
    public void Half_a_character_hurts_nobody() => Assert.That(SearchWords.Of("a\uD842 b").Select(word => word.Text), Is.EqualTo(new[] { "a", "b" }));
}
