using System.Text;
using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Platform;

namespace Exchange.Hub.Tests.Delivery;

/// <summary>One hub for the tests of this room; each test reads datasets of its own.</summary>
[SetUpFixture]
public sealed class DeliverySetup
{
    const string Schema = """
        {
          "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Company", "type": "object", "x-key": ["id"], "required": ["id"],
          "properties": {
            "id": {"type": "string"}, "name": {"type": "string"}, "status": {"type": "string"},
            "registeredOn": {"type": "string", "format": "date"}, "capital": {"type": "number"},
            "address": {"type": "object", "properties": {"city": {"type": "string"}, "street": {"type": "string"}}},
            "tags": {"type": "array", "items": {"type": "string"}}
          }
        }
        """;

    static int made;

    public static TestHub Hub { get; private set; } = null!;

    [OneTimeSetUp]
    public static async Task Start()
    {
        Hub = await TestHub.StartAsync();
        using var content = new StringContent(Schema, Encoding.UTF8, "application/json");
        using var answer = await (await Hub.ClientAsync(Role.Administrator)).PutAsync("/api/v1/schemas/test/1.0", content);
        Assert.That(answer.IsSuccessStatusCode, Is.True, await answer.Content.ReadAsStringAsync());
    }

    [OneTimeTearDown]
    public static Task Stop() => Hub.DisposeAsync().AsTask();

    /// <summary>A client of the department that publishes the datasets: its staff see them whole.</summary>
    internal static async Task<RecordsClient> ClientAsync(Role role = Role.ItStaff) => new(await Hub.ClientAsync(role, TestDataset.Department));

    internal static Task<TestDataset> CreateDatasetAsync(params (string Pointer, FilterType Type)[] filters) =>
        TestDataset.CreateAsync(Hub.Database, $"test-{Interlocked.Increment(ref made)}", filters);
}
