using System.Globalization;
using Exchange.Hub.Catalog.Datasets;
using Exchange.Hub.Runs.Publishing;

namespace Exchange.Hub.Runs.Guards;

/// <summary>Holds what a run did against the dataset's <see cref="Limits"/>.</summary>
static class LimitGuard
{
    /// <summary>The failure of a run with so many rejects that the file as a whole must be wrong; null when it may go on.</summary>
    public static RunError? CheckRejects(this Limits limits, long read, long rejected)
    {
        if (limits.MaxRejects is { } most && rejected > most)
            return TooManyRejects(Say($"{rejected:N0} rows were rejected; at most {most:N0} are allowed (limits.maxRejects)."));
        if (limits.MaxRejectPercent is { } percent && rejected * 100.0 > read * percent)
            return TooManyRejects(Say($"{rejected:N0} of {read:N0} rows were rejected; at most {percent:0.##} % are allowed (limits.maxRejectPercent)."));
        return null;
    }

    /// <summary>The hold of a publication that would delete too much; null when it may go on.</summary>
    /// <param name="records">Records alive now.</param>
    public static Hold? CheckDeletes(this Limits limits, long records, Changes changes)
    {
        var deleted = changes.Deleted;
        var limit = limits.MaxDeletes is { } most && deleted > most ? Say($"{most:N0} (limits.maxDeletes)")
            : limits.MaxDeletePercent is { } percent && deleted * 100.0 > records * percent ? Say($"{percent:0.##} % (limits.maxDeletePercent)")
            : null;
        if (limit is null)
            return null;
        return new Hold(
            Hold.TooManyDeletions,
            Say($"Publishing would delete {deleted:N0} of {records:N0} records. More than {limit} needs a person's word."),
            [new HeldChange("deletions", null, Say($"{records:N0} records"), Say($"{records + changes.Added - deleted:N0} records"),
                "If the records are really gone, publish with a reason. If the source was cut short, discard, and run again when it is whole.")]);
    }

    static RunError TooManyRejects(string message) => new(
        "TooManyRejects",
        message + " Nothing was published.",
        "Look at the rejects, mend the source or the mapping, and run again; or raise the limit in the dataset.");

    static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
