using System.Globalization;
using Exchange.Hub.Runs.Publishing;
using Exchange.Sdk;

namespace Exchange.Hub.Runs;

/// <summary>No row is ever lost: what was read is what was published, unchanged, filtered or rejected, or the run fails.</summary>
static class RunArithmetic
{
    /// <exception cref="RunFailedException">The sums differ.</exception>
    public static void Check(ReadEnd end, Progress progress, Changes changes)
    {
        var counts = progress.Counts(changes);
        var accounted = counts.Added + counts.Updated + changes.Removed + counts.Unchanged + counts.Filtered + counts.Rejected;
        if (end.Count == counts.Read && counts.Read == accounted)
            return;
        throw new RunFailedException(new RunError(
            "Internal",
            string.Create(CultureInfo.InvariantCulture, $"The rows do not add up: the source handed over {end.Count:N0}, {counts.Read:N0} were read, {accounted:N0} are accounted for. Nothing was published."),
            "This is a fault of the hub or of the connector. Report it with the run's id; the published data are as they were."));
    }
}
