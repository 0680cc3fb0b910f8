using Exchange.Engine.Mapping.Rules;
using Exchange.Engine.Mapping.Terms;
using Exchange.Engine.Schemas;
using Exchange.Sdk;

namespace Exchange.Engine.Mapping;

/// <summary>
/// Compiles a mapping for the columns that a source has and the schema that its records follow. What fits neither is told
/// before any row is read.
/// </summary>
public static class MappingCompiler
{
    /// <summary>Compiles a mapping.</summary>
    /// <param name="document">The mapping.</param>
    /// <param name="columns">The columns of the source, in the order of the cells of its rows.</param>
    /// <param name="schema">The schema of the records.</param>
    public static CompiledMapping Compile(MappingDocument document, IReadOnlyList<SourceColumn> columns, SharedSchema schema)
    {
        var found = new ProblemList();
        var used = new SourceColumns(columns);
        var terms = new TermCompiler(document, used, found);
        var target = Target.Of(schema.Document);
        var program = new MappingProgram(
            columns,
            new WriterCompiler(terms, used, schema.Plan.Flat, found).CompileRoot(document.Fields, target),
            CompileKey(document, schema, terms, found),
            document.Filter is { } filter ? terms.Condition(filter) : null,
            [.. document.Rejections.Select(rule => new Rejection(terms.Condition(rule.When), rule.Code, rule.Message))],
            schema.Plan);
        return found.IsEmpty ? new CompiledMapping(new MappingPlan(program, used.Used, MappingRules.Of(document, columns, schema), terms.DependsOnDate), []) : new CompiledMapping(null, [.. found.All.Distinct()]);
    }

    static List<KeyPart> CompileKey(MappingDocument document, SharedSchema schema, TermCompiler terms, ProblemList problems)
    {
        var names = document.Key ?? schema.Key;
        if (names.Count == 0)
            problems.Add("", "Neither the schema nor the mapping says what identifies a record.", "Add \"key\": \"field\" to the mapping, or \"x-key\" to the schema.");
        var parts = new List<KeyPart>();
        foreach (var name in names)
        {
            problems.Field = Pointer.Append("", name);
            if (document.Fields.FirstOrDefault(field => field.Name == name) is { } field)
                parts.Add(new KeyPart(problems.Field, terms.Compile(field.Rule)));
            else
                problems.Add("/key", $"The key field '{name}' is not mapped.", $"Add \"{name}\" to \"fields\". {Nearest.Fix(name, [.. document.Fields.Select(other => other.Name)])}");
        }
        problems.Field = null;
        return parts;
    }
}

/// <summary>A compiled mapping, or what keeps it from running.</summary>
/// <param name="Plan">The plan; null when there are problems.</param>
/// <param name="Problems">All problems found.</param>
public sealed record CompiledMapping(MappingPlan? Plan, IReadOnlyList<MappingProblem> Problems);
