using Exchange.Engine.Mapping.Terms;
using Exchange.Engine.Mapping.Writers;
using Exchange.Engine.Schemas;
using Exchange.Sdk;

namespace Exchange.Engine.Mapping;

/// <summary>A mapping compiled for one source and one schema. Immutable and safe for use from several threads.</summary>
public sealed class MappingPlan
{
    internal MappingPlan()
    {
    }

    /// <summary>The columns that the mapping reads, in the order of the source: what the drift guard watches.</summary>
    public required IReadOnlyList<SourceColumn> Columns { get; init; }

    /// <summary>True when values are validated while they are written; false when finished records are read again for it.</summary>
    public bool IsFused => Schema.Flat is not null;

    internal required IReadOnlyList<SourceColumn> AllColumns { get; init; }

    internal required ObjectWriter Record { get; init; }

    internal required IReadOnlyList<KeyPart> Key { get; init; }

    internal required Term? Filter { get; init; }

    internal required IReadOnlyList<Rejection> Rejections { get; init; }

    internal required SchemaPlan Schema { get; init; }

    /// <summary>A mapper for one thread.</summary>
    /// <param name="seed">Seed of the dataset's content hashes.</param>
    /// <param name="today">The date on which the run started, for expressions.</param>
    public RecordMapper CreateMapper(long seed, DateOnly today) => new(this, seed, today);
}

/// <summary>One part of the key.</summary>
/// <param name="Pointer">The target field that it is.</param>
/// <param name="Term">Its value.</param>
internal sealed record KeyPart(string Pointer, Term Term);

/// <summary>Rows that the mapping itself rejects.</summary>
internal sealed record Rejection(Term When, string Code, string Message);
