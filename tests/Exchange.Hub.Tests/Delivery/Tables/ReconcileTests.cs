using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Exchange.Engine.Records;

namespace Exchange.Hub.Tests.Delivery.Tables;

[TestFixture(false), TestFixture(true)]
public sealed class ReconcileTests(bool isMaria)
{
    [Test]
    public async Task A_table_that_is_as_it_should_be_is_found_so_and_every_difference_is_found_with_its_key()
    {
        await using var stage = await TableStage.SetAsync(await ConsumerServer.SharedAsync(isMaria));
        await stage.Stage.IssueAsync(TableStage.Everything);
        await stage.PublishAsync("a=Müller", "b=2", "c=3", "d=4");
        var id = await stage.SubscribeAsync();
        await stage.UntilWholeAsync(id);
        var clean = await stage.DoAsync(id, "reconcile");
        Assert.That(Counts(clean), Is.EqualTo((4L, 4L, 4L, 0L, 0L, 0L)), clean.GetRawText());
        var range = clean.GetProperty("report").GetProperty("ranges")[0];
        Assert.That(range.GetProperty("recordsHash").GetString(), Is.EqualTo(range.GetProperty("rowsHash").GetString()));
        await stage.Server.ExecuteAsync(stage.Database, $"delete from {stage.Table} where name = '2'");
        await stage.Server.ExecuteAsync(stage.Database, $"update {stage.Table} set amount = 1, name = null where name = '3'");
        await stage.Server.ExecuteAsync(stage.Database, $"insert into {stage.Table} (_key, name) values ('x', 'strange')");
        var bent = await stage.DoAsync(id, "reconcile");
        Assert.That(Counts(bent), Is.EqualTo((4L, 4L, 2L, 1L, 1L, 1L)));
        var differences = bent.GetProperty("report").GetProperty("differences").EnumerateArray().Select(each => $"{each.GetProperty("key")} {each.GetProperty("what")} {each.GetProperty("columns")}");
        Assert.That(differences, Is.EqualTo(new[] { "b missing []", "c different [\"name\",\"amount\"]", "x extra []" }));
        await RequireSignedAsync(stage.Hub, bent);
    }

    [Test]
    public async Task It_compares_with_the_publication_that_the_table_has_though_the_dataset_went_on()
    {
        await using var stage = await TableStage.SetAsync(await ConsumerServer.SharedAsync(isMaria));
        await stage.Stage.IssueAsync(TableStage.Everything);
        await stage.PublishAsync("a=1", "b=2");
        var id = await stage.SubscribeAsync();
        await stage.UntilWholeAsync(id);
        await stage.DoAsync(id, "pause", new { reason = "Holidays" });
        await stage.PublishAsync("a=other", "-b", "c=3");
        var report = await stage.DoAsync(id, "reconcile");
        Assert.That(Counts(report), Is.EqualTo((2L, 2L, 2L, 0L, 0L, 0L)), report.GetRawText());
        Assert.That(report.GetProperty("report").GetProperty("publication").GetInt32(), Is.EqualTo(1));
    }

    static (long Records, long Rows, long Equal, long Missing, long Extra, long Different) Counts(JsonElement answer)
    {
        var report = answer.GetProperty("report");
        return (Of("records"), Of("rows"), Of("equal"), Of("missing"), Of("extra"), Of("different"));

        long Of(string name) => report.GetProperty(name).GetInt64();
    }

    /// <summary>By RFC 7515, with what any client has: the bytes, and the key that the header names in the hub's key set.</summary>
    static async Task RequireSignedAsync(TestHub hub, JsonElement answer)
    {
        var parts = answer.GetProperty("jws").GetString()!.Split('.');
        var header = JsonSerializer.Deserialize<JsonElement>(Base64Url.DecodeFromChars(parts[0]));
        using var anybody = hub.Anonymous();
        var jwk = JsonSerializer.Deserialize<JsonElement>(await anybody.GetStringAsync("/.well-known/jwks.json")).GetProperty("keys").EnumerateArray()
            .Single(each => each.GetProperty("kid").GetString() == header.GetProperty("kid").GetString());
        Assert.That(header.GetProperty("jwk").GetProperty("x").GetString(), Is.EqualTo(jwk.GetProperty("x").GetString()));
        using var key = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint { X = Base64Url.DecodeFromChars(jwk.GetProperty("x").GetString()), Y = Base64Url.DecodeFromChars(jwk.GetProperty("y").GetString()) },
        });
        var signature = Base64Url.DecodeFromChars(parts[2]);
        Assert.That(key.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), signature, HashAlgorithmName.SHA256), Is.True);
        Assert.That(key.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1][1..]}"), signature, HashAlgorithmName.SHA256), Is.False);
        Assert.That(Base64Url.DecodeFromChars(parts[1]), Is.EqualTo(CanonicalJson.Of(answer.GetProperty("report"))));
    }
}
