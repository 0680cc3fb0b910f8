using System.Security.Cryptography;
using System.Text;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing;
using Exchange.Hub.Sharing.Grants;
using Exchange.Hub.Tests.Sharing;
using Microsoft.Extensions.DependencyInjection;

namespace Exchange.Hub.Tests.Delivery.Proof;

/// <summary>A dataset with a consumer of its own, and the grants between them.</summary>
sealed class Stage(TestHub hub, TestDataset dataset, string consumer, RecordsClient provider, RecordsClient reader)
{
    static readonly SemaphoreSlim registering = new(1);
    static int made;

    public TestHub Hub => hub;

    public TestDataset Dataset => dataset;

    public string Consumer => consumer;

    /// <summary>Staff of the department that publishes: sees everything.</summary>
    public RecordsClient Provider => provider;

    /// <summary>A system of the consumer.</summary>
    public RecordsClient Reader => reader;

    /// <summary>Where the dataset's routes stand.</summary>
    public string Path => $"/api/v1/datasets/{dataset.Name}";

    IServiceProvider Services => hub.Services;

    public static async Task<Stage> SetAsync(TestHub? hub = null)
    {
        hub ??= DeliverySetup.Hub;
        await RegisterSchemaAsync(hub);
        var number = Interlocked.Increment(ref made);
        var dataset = await TestDataset.CreateAsync(hub.Database, $"proof-{number:0000}", World.Filters);
        dataset.Schema = World.SchemaName;
        var consumer = $"reader-{number:0000}";
        return new Stage(hub, dataset, consumer, new RecordsClient(await hub.ClientAsync(Role.ItStaff, TestDataset.Department)), new RecordsClient(await hub.ClientAsync(Role.Subscriber, consumer)));
    }

    /// <summary>Issues a grant to the consumer.</summary>
    public Task<Grant> IssueAsync(Terms terms, string purpose = "benefits", string? system = null) => hub.Database.InTransactionAsync(
        connection => Services.GetRequiredService<IssueGrant>().ExecuteAsync(
            connection, new NewGrant(dataset.Name, dataset.Schema, consumer, system, purpose, terms, null, someone, someone), Caller.System, CancellationToken.None),
        CancellationToken.None);

    public Task<Grant> RenewAsync(Grant grant, DateTimeOffset until, IReadOnlyList<string>? fields = null) =>
        Services.GetRequiredService<RenewGrant>().ExecuteAsync(grant.Id, new Renewal(grant.Revision, until, fields), steward, CancellationToken.None);

    public Task<Grant> RevokeAsync(Grant grant) => Services.GetRequiredService<RevokeGrant>().ExecuteAsync(grant.Id, "It is over.", steward, CancellationToken.None);

    public Task<Grant> SuspendAsync(Grant grant) => Services.GetRequiredService<SuspendGrant>().ExecuteAsync(grant.Id, "An audit.", steward, CancellationToken.None);

    public Task<Grant> ResumeAsync(Grant grant) => Services.GetRequiredService<ResumeGrant>().ExecuteAsync(grant.Id, steward, CancellationToken.None);

    /// <summary>The consumer's key of the hash mask, derived anew from the hub's secret.</summary>
    public async Task<byte[]> HashKeyAsync()
    {
        var secret = await Services.GetRequiredService<ISecretStore>().RevealAsync("sharing/key", CancellationToken.None);
        return HMACSHA256.HashData(Convert.FromBase64String(secret!), Encoding.UTF8.GetBytes("mask/" + consumer));
    }

    static readonly Confirmation someone = new("test", "Test", DateTimeOffset.UnixEpoch);

    static readonly Caller steward = new("test:steward", "Steward", Role.Steward, TestDataset.Department);

    static async Task RegisterSchemaAsync(TestHub hub)
    {
        await registering.WaitAsync();
        try
        {
            await OfferedDataset.SendAsync(await hub.ClientAsync(Role.Administrator), HttpMethod.Put, $"schemas/{World.SchemaName}", World.Schema);
        }
        finally
        {
            registering.Release();
        }
    }
}
