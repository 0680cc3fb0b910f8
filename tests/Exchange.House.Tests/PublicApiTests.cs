using Exchange.Sdk;
using Exchange.Tests;
using PublicApiGenerator;

namespace Exchange.House.Tests;

/// <summary>What connector authors compile against changes only on purpose.</summary>
public sealed class PublicApiTests
{
    [Test]
    public void The_public_API_of_the_Sdk_is_the_approved_one() =>
        Approved.File(
            "tests/Exchange.House.Tests/Approved/Exchange.Sdk.txt",
            typeof(IConnector).Assembly.GeneratePublicApi(new ApiGeneratorOptions { IncludeAssemblyAttributes = false, DenyNamespacePrefixes = [] }));
}
