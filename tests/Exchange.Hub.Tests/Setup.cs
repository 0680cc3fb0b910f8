[assembly: Parallelizable(ParallelScope.All)]
[assembly: LevelOfParallelism(4)] // whatever the machine: each may run a hub, and all share one PostgreSQL
[assembly: FixtureLifeCycle(LifeCycle.InstancePerTestCase)]

namespace Exchange.Hub.Tests;

/// <summary>Stands around every test of the assembly: all are in this namespace.</summary>
[SetUpFixture]
public sealed class Setup
{
    [OneTimeTearDown]
    public async Task TakeDown()
    {
        await TestHub.StopSharedAsync();
        await OidcProvider.StopSharedAsync();
        await ConsumerServer.StopSharedAsync();
        await TestPostgres.StopAsync();
    }
}
