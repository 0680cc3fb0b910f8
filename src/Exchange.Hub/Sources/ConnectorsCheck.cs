using Exchange.Hub.Platform;
using Exchange.Sdk;

namespace Exchange.Hub.Sources;

/// <summary>Whether every connector that lies beside the program could be loaded.</summary>
sealed class ConnectorsCheck(PluginCatalog plugins) : IDoctorCheck
{
    public string Name => "connectors";

    public Task<CheckStep> CheckAsync(CancellationToken cancellationToken) => Task.FromResult(plugins.Problems.Count == 0
        ? new CheckStep(Name, CheckOutcome.Passed, $"Loaded: {string.Join(", ", plugins.Connectors.Keys.Concat(plugins.Stores.Keys).Concat(plugins.Decoders.Keys))}")
        : new CheckStep(Name, CheckOutcome.Failed, string.Join(" ", plugins.Problems), "Build the solution again, or correct connectorDirectory, and start the hub again."));
}
