using Exchange.Engine.Mapping;
using Exchange.Sdk;

namespace Exchange.Hub.Runs.Guards;

/// <summary>Whether the mapping still fits the columns that the source shows now, found out before anything is read.</summary>
sealed class MappingFit
{
    readonly MappingPlan? mapping;

    MappingFit(MappingPlan? mapping, DriftReport drift)
    {
        this.mapping = mapping;
        Drift = drift;
    }

    /// <summary>What differs from the columns of the last publication.</summary>
    public DriftReport Drift { get; }

    /// <summary>The mapping compiled for the columns; there is one whenever nothing holds the run.</summary>
    public MappingPlan Mapping => mapping ?? throw new InvalidOperationException("The run is held: there is nothing to map with.");

    /// <exception cref="RunFailedException">The mapping fits neither these columns nor those of the last publication.</exception>
    public static MappingFit Of(RunPlan plan, IReadOnlyList<SourceColumn> columns)
    {
        var compiled = MappingCompiler.Compile(plan.Mapping, columns, plan.Schema);
        if (compiled.Plan is { } fits)
            return new MappingFit(fits, ColumnDrift.Compare(plan.KnownColumns, columns, NamesOf(fits)));
        // It fitted the columns of the last publication: then it is the source that changed.
        if (plan.KnownColumns is { } known && MappingCompiler.Compile(plan.Mapping, known, plan.Schema).Plan is { } fitted
            && ColumnDrift.Compare(known, columns, NamesOf(fitted)) is { Hold: not null } drift)
            return new MappingFit(null, drift);
        throw new RunFailedException(new RunError(
            "Mapping",
            $"The mapping {plan.Revisions.MappingName} does not fit. {string.Join(" ", compiled.Problems.Select(p => p.Message))} Nothing was published.",
            string.Join(" ", compiled.Problems.Select(p => p.Fix))));
    }

    static HashSet<string> NamesOf(MappingPlan plan) => [.. plan.Columns.Select(c => c.Name)];
}
