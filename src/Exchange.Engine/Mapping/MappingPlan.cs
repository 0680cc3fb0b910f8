using Exchange.Engine.Mapping.Terms;
using Exchange.Engine.Mapping.Writers;
using Exchange.Engine.Schemas;
using Exchange.Sdk;

namespace Exchange.Engine.Mapping;

/// <summary>A mapping compiled for one source and one schema. Immutable and safe for use from several threads.</summary>
public sealed class MappingPlan
{
    readonly MappingProgram program;
    readonly string rules;
    readonly bool dependsOnDate;

    internal MappingPlan(MappingProgram program, IReadOnlyList<SourceColumn> columns, string rules, bool dependsOnDate)
    {
        this.program = program;
        this.rules = rules;
        this.dependsOnDate = dependsOnDate;
        Columns = columns;
    }

    /// <summary>The columns that the mapping reads, in the order of the source: what the drift guard watches.</summary>
    public IReadOnlyList<SourceColumn> Columns { get; }

    /// <summary>True when values are validated while they are written; false when finished records are read again for it.</summary>
    public bool IsFused => program.IsFused;

    /// <summary>
    /// Names all that records depend on beside their rows: the mapping, the schema, the columns, this build of the engine,
    /// and the date of the run where an expression asks for it. The same rules make the same record of the same row.
    /// </summary>
    public string RulesOn(DateOnly today) => dependsOnDate ? $"{rules} {today:yyyy-MM-dd}" : rules;

    /// <summary>A mapper for one thread.</summary>
    /// <param name="seed">Seed of the dataset's content hashes.</param>
    /// <param name="today">The date on which the run started, for expressions.</param>
    public RecordMapper CreateMapper(long seed, DateOnly today) => new(program, seed, today);
}

/// <summary>What a mapper does with each row.</summary>
/// <param name="Columns">All columns of the source, in the order of the cells of its rows.</param>
/// <param name="Record">Writes the record.</param>
/// <param name="Key">The parts of the key.</param>
/// <param name="Filter">Which rows are kept; null for all.</param>
/// <param name="Rejections">Which rows the mapping itself rejects.</param>
/// <param name="Schema">The schema of the records.</param>
internal sealed record MappingProgram(
    IReadOnlyList<SourceColumn> Columns, ObjectWriter Record, IReadOnlyList<KeyPart> Key, Term? Filter, IReadOnlyList<Rejection> Rejections, SchemaPlan Schema)
{
    public bool IsFused => Schema.Flat is not null;
}

/// <summary>One part of the key.</summary>
/// <param name="Pointer">The target field that it is.</param>
/// <param name="Term">Its value.</param>
internal sealed record KeyPart(string Pointer, Term Term);

/// <summary>Rows that the mapping itself rejects.</summary>
internal sealed record Rejection(Term When, string Code, string Message);
