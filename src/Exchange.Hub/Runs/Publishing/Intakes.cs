using Exchange.Sdk;
using Npgsql;

namespace Exchange.Hub.Runs.Publishing;

/// <summary>Chooses how a run's records are compared with what is published.</summary>
static class Intakes
{
    public static async Task<IIntake> OpenAsync(
        RunPlan plan, RunClaim claim, IReadOnlyList<SourceColumn> columns, string? rules, RunOptions options, bool staged, Func<CancellationToken, Task<NpgsqlConnection>> connect, CancellationToken cancellationToken)
    {
        var intake = new IntakePlan(claim.Id, claim.Epoch, plan.Head, columns, options.MemoryBytes, options.DigestOf(plan.Head.DatasetId), rules);
        if (!plan.Head.Storage)
            return await FirstLoad.OpenAsync(intake, connect, cancellationToken);
        var connection = await connect(cancellationToken);
        var inMemory = !staged && plan.Mode == ReadMode.Full && plan.Capabilities.Deletes != DeleteDetection.Tombstone && Refresh.Fits(intake);
        return inMemory
            ? await Refresh.OpenAsync(intake, connection, cancellationToken)
            : await StagedRefresh.OpenAsync(intake, connection, cancellationToken);
    }
}
