using Exchange.Engine.Schemas;
using Exchange.Hub.Platform;

namespace Exchange.Hub.Catalog.Schemas;

/// <summary>What differs between two versions of a schema, and what it means.</summary>
/// <param name="From">The version that somebody reads or writes: <c>company/1.0</c>.</param>
/// <param name="To">The version that is to come.</param>
/// <param name="Readers"><c>same</c>, <c>compatible</c> or <c>breaking</c> to those who read.</param>
/// <param name="Writers">The same to those who write.</param>
/// <param name="SameMajor">Whether a grant for the one covers the other.</param>
public sealed record CompatibilityReport(string From, string To, string Readers, string Writers, bool SameMajor, IReadOnlyList<SchemaDifference> Differences);

/// <summary>Compares any two versions.</summary>
sealed class CompareSchemas(SharedSchemas schemas)
{
    /// <summary>Compares two versions, each named <c>name/version</c>.</summary>
    /// <exception cref="HubException">There is no such version.</exception>
    public async Task<CompatibilityReport> ExecuteAsync(string from, string to, CancellationToken cancellationToken)
    {
        var differences = SchemaDifference.Between(await schemas.FindAsync(from, cancellationToken), await schemas.FindAsync(to, cancellationToken));
        return new CompatibilityReport(
            from, to, Verdict(differences.Select(one => one.Readers)), Verdict(differences.Select(one => one.Writers)), Storage.SchemaLines.Of(from) == Storage.SchemaLines.Of(to), differences);
    }

    static string Verdict(IEnumerable<SchemaEffect> effects) => effects.Select(effect => (ChangeImpact?)effect.Impact).Max() switch
    {
        null or ChangeImpact.Documentation => "same",
        ChangeImpact.Breaking => "breaking",
        _ => "compatible",
    };
}
