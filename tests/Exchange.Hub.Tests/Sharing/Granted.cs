using System.Text.Json;
using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing;
using Exchange.Hub.Sharing.Grants;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Exchange.Hub.Tests.Sharing;

/// <summary>Grants for an <see cref="OfferedDataset"/>, issued as the deed that approves a request does.</summary>
static class Granted
{
    static readonly Confirmation someone = new("test", "Test", DateTimeOffset.UnixEpoch);

    /// <summary>Terms that allow everything for years.</summary>
    public static Terms Everything { get; } = new()
    {
        Fields = OfferedDataset.Fields,
        Modes = Enum.GetValues<DeliveryMode>(),
        From = DateTimeOffset.UnixEpoch,
        Until = new DateTimeOffset(2126, 1, 1, 0, 0, 0, TimeSpan.Zero),
    };

    /// <summary>What <see cref="IssueGrant"/> is asked for.</summary>
    public static NewGrant Ask(OfferedDataset dataset, Terms? terms = null, string purpose = "benefits", string? system = null, string? consumer = null) =>
        new(dataset.Name, $"{dataset.Name}/1.0", consumer ?? dataset.Consumer, system, purpose, terms ?? Everything, "request:1", someone, someone);

    /// <summary>Issues one.</summary>
    public static Task<Grant> IssueAsync(OfferedDataset dataset, Terms? terms = null, string purpose = "benefits", string? system = null, string? consumer = null) =>
        dataset.Hub.Database.InTransactionAsync(
            connection => dataset.Hub.Services.GetRequiredService<IssueGrant>()
                .ExecuteAsync(connection, Ask(dataset, terms, purpose, system, consumer), Caller.System, CancellationToken.None),
            CancellationToken.None);

    /// <summary>Does a verb through the API.</summary>
    public static Task<JsonElement> DoAsync(HttpClient client, Guid grant, string verb, object body, System.Net.HttpStatusCode? expected = null) =>
        OfferedDataset.SendAsync(client, HttpMethod.Post, $"grants/{grant}/{verb}", JsonSerializer.Serialize(body), expected);

    /// <summary>The dataset as it stands.</summary>
    public static async Task<DatasetHead> HeadAsync(OfferedDataset dataset) =>
        (await DatasetHeads.FindAsync(dataset.Hub.Database, dataset.Name, CancellationToken.None))!;

    /// <summary>A grant that stands in no table.</summary>
    public static Grant Imagined(Terms? terms = null) => new()
    {
        Id = Guid.CreateVersion7(),
        Revision = 1,
        Version = 1,
        DatasetId = 1,
        Dataset = "people",
        Schema = "person/1.0",
        Provider = "registry",
        Consumer = "benefits-office",
        Purpose = "benefits",
        Terms = terms ?? Everything,
        State = GrantState.Active,
        StateChangedAt = DateTimeOffset.UnixEpoch,
        StateChangedBy = "Test",
        ProviderConfirmation = someone,
        ConsumerConfirmation = someone,
        CreatedAt = DateTimeOffset.UnixEpoch,
    };
}
