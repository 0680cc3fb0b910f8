namespace Exchange.Hub.Sharing.Policies;

/// <summary>What a department offers of a dataset, and on what terms.</summary>
public sealed record PolicyDefinition
{
    /// <summary>The class of the dataset: no field is freer.</summary>
    public required SharingClass Class { get; init; }

    /// <summary>Fields that are stricter than their dataset, by JSON pointer.</summary>
    public IReadOnlyDictionary<string, FieldPolicy> Fields { get; init; } = new Dictionary<string, FieldPolicy>();

    /// <summary>The law that the class rests on; required for what is not shared, and cited in the refusal.</summary>
    public string? LegalBasis { get; init; }

    /// <summary>What a consumer undertakes, for people.</summary>
    public string? TermsOfUse { get; init; }

    /// <summary>Conditions that the steward usually makes, for people.</summary>
    public IReadOnlyList<string> UsualConditions { get; init; } = [];

    /// <summary>Ways in which data may leave; none where nothing is shared.</summary>
    public IReadOnlyList<DeliveryMode> Modes { get; init; } = [];

    /// <summary>Whether licences may be issued for single records; not when null.</summary>
    public LicencePolicy? Licences { get; init; }

    /// <summary>Counts of records are told to other departments as multiples of this, rounded down; null where they are told exactly.</summary>
    public int? SmallCountThreshold { get; init; }

    /// <summary>What holds for one field: the strictest of the dataset, the field, what it stands in and what stands in it.</summary>
    public (SharingClass Class, string? LegalBasis) Of(string pointer)
    {
        var (strictest, basis) = (Class, LegalBasis);
        foreach (var (place, field) in Fields)
        {
            if (field.Class > strictest && FieldPath.Overlap(place, pointer))
                (strictest, basis) = (field.Class, field.LegalBasis ?? LegalBasis);
        }
        return (strictest, basis);
    }
}

/// <summary>On what terms licences are issued: signed extracts of single records, of what a grant for look-ups shows.</summary>
/// <param name="ValidForDays">Days at most for which one is good.</param>
public sealed record LicencePolicy(int ValidForDays);

/// <summary>A field that is stricter than its dataset.</summary>
/// <param name="Class">Its class.</param>
/// <param name="LegalBasis">The law that it rests on; the dataset's when left out.</param>
public sealed record FieldPolicy(SharingClass Class, string? LegalBasis = null);
