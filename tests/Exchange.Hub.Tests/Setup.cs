[assembly: Parallelizable(ParallelScope.All)]
[assembly: FixtureLifeCycle(LifeCycle.InstancePerTestCase)]

namespace Exchange.Hub.Tests;

/// <summary>Stands around every test of the assembly: all are in this namespace.</summary>
[SetUpFixture]
public sealed class Setup
{
    [OneTimeTearDown]
    public Task TakeDown() => TestPostgres.StopAsync();
}
