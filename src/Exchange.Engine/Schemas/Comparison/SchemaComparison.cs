namespace Exchange.Engine.Schemas;

/// <summary>What a change means to those who read records.</summary>
public enum ChangeImpact
{
    /// <summary>Only words for people changed.</summary>
    Documentation,

    /// <summary>Readers need do nothing, but somebody should know, as of a field's classification.</summary>
    Note,

    /// <summary>Readers need do nothing: there is more, or what comes is narrower than before.</summary>
    Compatible,

    /// <summary>A reader written for the old version may fail on new records.</summary>
    Breaking,
}

/// <summary>One difference between two versions of a schema.</summary>
/// <param name="Pointer">JSON pointer into the schema documents.</param>
/// <param name="Impact">What it means to readers.</param>
/// <param name="What">What changed.</param>
/// <param name="Why">Why it matters, or why not.</param>
public sealed record SchemaChange(string Pointer, ChangeImpact Impact, string What, string Why);

/// <summary>
/// The differences between two versions of a schema, seen by those who read records and ignore fields they do not
/// know: a compatible version publishes only records that, without the fields it added, the old one allows too. What
/// cannot be proved harmless counts as breaking.
/// </summary>
/// <param name="Changes">All differences, the gravest first.</param>
public sealed record SchemaComparison(IReadOnlyList<SchemaChange> Changes)
{
    /// <summary>Whether the new version may keep the major version.</summary>
    public bool IsCompatible => Changes.All(c => c.Impact != ChangeImpact.Breaking);

    /// <summary>Whether nothing but words changed, or nothing at all.</summary>
    public bool IsDocumentationOnly => Changes.All(c => c.Impact == ChangeImpact.Documentation);

    /// <summary>Compares a version with the one it is to follow.</summary>
    public static SchemaComparison Compare(SharedSchema old, SharedSchema next)
    {
        ArgumentNullException.ThrowIfNull(old);
        ArgumentNullException.ThrowIfNull(next);
        var comparer = new SchemaComparer(old.Document, next.Document);
        comparer.CompareKeys(old.Key, next.Key);
        comparer.CompareRoots();
        return new SchemaComparison([.. comparer.Changes.OrderByDescending(c => c.Impact)]);
    }
}
