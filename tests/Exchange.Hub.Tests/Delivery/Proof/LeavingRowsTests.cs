using System.Text.Json;
using Exchange.Hub.Sharing;
using Exchange.Hub.Tests.Sharing;

namespace Exchange.Hub.Tests.Delivery.Proof;

/// <summary>Records that leave a consumer's rows while it walks through the changes.</summary>
public sealed class LeavingRowsTests
{
    Stage stage = null!;
    string? cursor;

    [SetUp]
    public async Task Prepare()
    {
        stage = await Stage.SetAsync();
        await stage.IssueAsync(Granted.Everything with { Fields = ["/id", "/name"], Rows = [new RowCondition("/district", "eq", ["north"])] });
    }

    [Test]
    public async Task A_record_that_leaves_after_it_was_handed_out_is_told_at_the_end_of_the_same_walk()
    {
        await PublishAsync(("a", "north"), ("b", "north"));
        Assert.That(await NextAsync(), Is.EqualTo(("upsert a", true)));
        await PublishAsync(("a", "south"));
        Assert.That(await NextAsync(), Is.EqualTo(("upsert b", true)));
        Assert.That(await NextAsync(), Is.EqualTo(("delete a", false)));
    }

    [Test]
    public async Task A_record_that_comes_back_and_leaves_again_while_others_are_told_is_told_too()
    {
        await PublishAsync(("a", "north"), ("b", "north"));
        await NextAsync();
        await NextAsync();
        await PublishAsync(("a", "south"), ("b", "south"));
        Assert.That(await NextAsync(), Is.EqualTo(("delete a", true)));
        await PublishAsync(("b", "north"));
        Assert.That(await NextAsync(), Is.EqualTo(("", true)));
        await PublishAsync(("b", "south"));
        Assert.That(await NextAsync(), Is.EqualTo(("delete a", true)));
        Assert.That(await NextAsync(), Is.EqualTo(("delete b", false)));
    }

    [Test]
    public async Task What_becomes_of_a_record_after_it_left_is_not_told()
    {
        await PublishAsync(("a", "north"));
        Assert.That(await NextAsync(), Is.EqualTo(("upsert a", false)));
        await PublishAsync(("a", "south"));
        Assert.That(await NextAsync(), Is.EqualTo(("delete a", false)));
        await PublishAsync(("a", "east"), ("c", "east"));
        Assert.That(await NextAsync(), Is.EqualTo(("", false)));
    }

    /// <summary>Each record has its key and a district.</summary>
    Task PublishAsync(params (string Key, string District)[] records) => stage.Dataset.PublishAsync(
        [.. records.Select(record => KeyValuePair.Create(record.Key, (string?)JsonSerializer.Serialize(new { district = record.District, id = record.Key })))]);

    /// <summary>Reads on by one: the change, and whether more follow.</summary>
    async Task<(string Change, bool More)> NextAsync()
    {
        var page = await stage.Reader.GetAsync($"{stage.Path}/changes?limit=1{(cursor is null ? "" : "&cursor=" + cursor)}");
        cursor = page.GetProperty("next").GetString();
        var told = page.GetProperty("items").EnumerateArray().Select(item => $"{item.GetProperty("op")} {item.GetProperty("key")}");
        return (string.Join(", ", told), page.GetProperty("more").GetBoolean());
    }
}
