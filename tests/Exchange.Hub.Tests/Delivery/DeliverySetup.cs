using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Platform;

namespace Exchange.Hub.Tests.Delivery;

/// <summary>One hub for the tests of this room; each test reads datasets of its own.</summary>
[SetUpFixture]
public sealed class DeliverySetup
{
    static int made;

    public static TestHub Hub { get; private set; } = null!;

    [OneTimeSetUp]
    public static async Task Start() => Hub = await TestHub.StartAsync();

    [OneTimeTearDown]
    public static Task Stop() => Hub.DisposeAsync().AsTask();

    internal static async Task<RecordsClient> ClientAsync(Role role = Role.Subscriber) => new(await Hub.ClientAsync(role));

    internal static Task<TestDataset> CreateDatasetAsync(params (string Pointer, FilterType Type)[] filters) =>
        TestDataset.CreateAsync(Hub.Database, $"test-{Interlocked.Increment(ref made)}", filters);
}
