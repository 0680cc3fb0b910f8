using System.Net;

namespace Exchange.Hub.Tests.Delivery.Lookup;

/// <summary>Records are looked up while they are published.</summary>
public sealed class LookupUnderLoadTests
{
    [Test]
    public async Task Record_and_source_are_of_one_publication_whatever_is_published_meanwhile()
    {
        const int publications = 40;
        var counter = await Counter.OpenAsync();
        await counter.Stage.IssueAsync(Counter.Shown);
        using var published = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            var seen = new List<(int Publication, string Name)>();
            while (!published.IsCancellationRequested)
            {
                var (status, body) = await counter.AskAsync("lookup", new { key = "a" });
                if (status == HttpStatusCode.ServiceUnavailable) // it changed five times while one question was answered
                    continue;
                Assert.That(status, Is.EqualTo(HttpStatusCode.OK), body.ToString());
                seen.Add((body.GetProperty("source").GetProperty("publication").GetInt32(), body.GetProperty("record").GetProperty("name").GetString()!));
            }
            return seen;
        })).ToList();
        for (var number = 2; number <= publications; number++)
            await counter.Stage.Dataset.PublishAsync([Counter.Record("a", $$"""{"district":"north","id":"a","name":"{{number}}"}""")]);
        await published.CancelAsync();
        foreach (var seen in await Task.WhenAll(readers))
        {
            Assert.That(seen.Select(each => each.Publication), Is.Ordered, "nobody goes back in time");
            foreach (var (publication, name) in seen)
                Assert.That(name, Is.EqualTo(publication == 1 ? "Li" : $"{publication}"));
        }
    }
}
