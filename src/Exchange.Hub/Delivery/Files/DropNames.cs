using System.Globalization;
using System.Text.Json;

namespace Exchange.Hub.Delivery.Files;

/// <summary>
/// Names in a drop. What consumers see is called by the target's pattern, and by dataset and number for manifests; what
/// is the hub's own begins with a dot and the subscription's id.
/// </summary>
sealed class DropNames(Guid subscription, string dataset)
{
    const string PartEnding = ".part";
    const string StateEnding = ".state";

    readonly string own = $".exchange-{subscription:N}-";

    /// <summary>A new name for a file that is still being written.</summary>
    public string NewPart() => $"{own}{Guid.NewGuid():N}{PartEnding}";

    /// <summary>
    /// Names of a file by which the way is tried, and of the same file renamed. They are always the same, so that what a hub
    /// that died left is removed by the next try; and no visit takes them for a delivery that was not finished.
    /// </summary>
    public (string First, string Second) Probe => (own + "probe", own + "probe.renamed");

    /// <summary>Whether a file is one that was being written for this subscription.</summary>
    public bool IsPart(string name) => name.StartsWith(own, StringComparison.Ordinal) && name.EndsWith(PartEnding, StringComparison.Ordinal);

    /// <summary>The name of the state after a delivery.</summary>
    public string State(long sequence) => $"{own}{Number(sequence)}{StateEnding}";

    /// <summary>The delivery that a file is the state after; null when it is none of this subscription.</summary>
    public long? SequenceOfState(string name) =>
        name.StartsWith(own, StringComparison.Ordinal) && name.EndsWith(StateEnding, StringComparison.Ordinal)
        && long.TryParse(name.AsSpan(own.Length, name.Length - own.Length - StateEnding.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)
            ? sequence
            : null;

    /// <summary>The name of a manifest: the same for a number, whatever it holds.</summary>
    public string Manifest(long sequence) => $"{dataset}-{Number(sequence)}.manifest.json";

    /// <summary>The name of a data file.</summary>
    public string Data(FileTarget target, long sequence, int publication, DropMode kind) => target.Name
        .Replace("{dataset}", dataset, StringComparison.Ordinal)
        .Replace("{publication}", publication.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
        .Replace("{sequence}", Number(sequence), StringComparison.Ordinal)
        .Replace("{kind}", Word(kind), StringComparison.Ordinal)
        + "." + Word(target.Form) + (target.Gzip ? ".gz" : "");

    /// <summary>A choice as targets and manifests spell it.</summary>
    public static string Word(Enum choice) => JsonNamingPolicy.KebabCaseLower.ConvertName(choice.ToString());

    static string Number(long sequence) => sequence.ToString("D6", CultureInfo.InvariantCulture);
}
