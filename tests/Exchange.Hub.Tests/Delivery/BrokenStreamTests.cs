using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Exchange.Hub.Platform;
using Npgsql;

namespace Exchange.Hub.Tests.Delivery;

public sealed class BrokenStreamTests
{
    const int Records = 500;

    /// <summary>The whole is more than the sockets between database, hub and client can hold.</summary>
    static string Filler => Convert.ToBase64String(RandomNumberGenerator.GetBytes(45_000)); // which nothing makes smaller

    [TestCase("records", null)]
    [TestCase("changes", null)]
    [TestCase("records", "gzip")]
    [TestCase("changes", "br")]
    public async Task A_stream_that_cannot_be_finished_is_never_taken_for_the_whole(string what, string? coding)
    {
        var dataset = await DeliverySetup.CreateDatasetAsync();
        await dataset.PublishAsync([.. Enumerable.Range(0, Records).Select(i => KeyValuePair.Create($"k{i:000}", (string?)$$"""{"id":{{i}},"filler":"{{Filler}}"}"""))]);
        using var client = DeliverySetup.Hub.Anonymous();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await DeliverySetup.Hub.TokenAsync(Role.ItStaff, TestDataset.Department));
        client.DefaultRequestHeaders.Accept.ParseAdd("application/x-ndjson");
        if (coding is not null)
            client.DefaultRequestHeaders.AcceptEncoding.ParseAdd(coding);

        using var answer = await client.GetAsync($"/api/v1/datasets/{dataset.Name}/{what}", HttpCompletionOption.ResponseHeadersRead);
        await using var body = await answer.Content.ReadAsStreamAsync();
        await KillReaderAsync(dataset);

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(answer.Content.Headers.ContentEncoding, Is.EqualTo(coding is null ? [] : new[] { coding }));
        Assert.That(answer.Headers.GetValues("Exchange-Record-Count").Single(), Is.EqualTo($"{Records}"));
        Assert.That(async () => await body.CopyToAsync(Stream.Null), Throws.InstanceOf<IOException>());
    }

    /// <summary>Ends the database session that reads the dataset, as a crash of the database would.</summary>
    static async Task KillReaderAsync(TestDataset dataset)
    {
        await using var owner = new NpgsqlConnection(DeliverySetup.Hub.Logins.Owner);
        await owner.OpenAsync();
        var killed = await owner.ScalarAsync<long>(
            $"select count(*) filter (where pg_terminate_backend(pid)) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and position($1 in query) > 0 and state = 'active' and backend_type = 'client backend'",
            [dataset.Tables.Records.ToString()], CancellationToken.None);
        Assert.That(killed, Is.EqualTo(1), "sessions that read the dataset");
    }
}
