using System.Text;
using System.Text.Json;
using Exchange.Engine.Mapping.Expressions;
using Exchange.Engine.Mapping.Rules;
using Exchange.Engine.Mapping.Terms;
using Exchange.Sdk;

namespace Exchange.Engine.Mapping;

/// <summary>Turns rules for scalars into terms. What cannot be compiled becomes a term without value, and a problem.</summary>
internal sealed class TermCompiler
{
    readonly SourceColumns columns;
    readonly Defaults defaults;
    readonly ProblemList problems;
    readonly ExpressionCompiler expressions;
    readonly Dictionary<string, CodeTable> tables;
    readonly Cleaning cleaning;

    public TermCompiler(MappingDocument document, SourceColumns columns, ProblemList problems)
    {
        this.columns = columns;
        this.problems = problems;
        defaults = document.Defaults;
        cleaning = new Cleaning(defaults.Trim, defaults.Empty);
        tables = document.Tables.ToDictionary(table => table.Key, table => new CodeTable(table.Key, [.. table.Value.Select(entry => KeyValuePair.Create(entry.Key, Constant(entry.Value)))]));
        expressions = new ExpressionCompiler(columns, cleaning, tables);
    }

    /// <summary>True when a term that was compiled gives something else on another day.</summary>
    public bool DependsOnDate => expressions.DependsOnDate;

    public Term Compile(Rule rule) => rule switch
    {
        ColumnRule column => Column(column, cleaning),
        ConstantRule constant => Constant(constant.Json),
        ExpressionRule expression => Expression(expression.Expression),
        CoalesceRule coalesce => new CoalesceTerm([.. coalesce.Rules.Select(Compile)]),
        TemplateRule template => new ConcatTerm([.. template.Parts.Select(Compile)]),
        ChoiceRule choice => new ChoiceTerm(Condition(choice.When), Compile(choice.Then), choice.Else is null ? ConstantTerm.Null : Compile(choice.Else)),
        RejectRule reject => new RejectTerm(reject.Code, reject.Message),
        StepsRule { Steps.Split: { Take: null } } split => NoScalar(split.Pointer, "A split"),
        StepsRule steps => Steps(steps),
        _ => NoScalar(rule.Pointer, rule is ArrayRule ? "An array" : "An object"),
    };

    public Term Condition(ExpressionText expression)
    {
        try
        {
            return expressions.CompileCondition(expression.Text, expression.Expression);
        }
        catch (ExpressionException exception)
        {
            problems.Add(expression.Pointer, exception.Explanation, exception.Fix);
            return ConstantTerm.Null;
        }
    }

    /// <summary>The text that is split, and what becomes of each piece.</summary>
    public (Term Source, Term Piece) CompileSplit(StepsRule rule)
    {
        var cleaned = CleaningOf(rule.Steps);
        return (From(rule, cleaned), AfterSplit(rule.Steps, new PieceTerm(cleaned), cleaned));
    }

    Term Steps(StepsRule rule)
    {
        var cleaned = CleaningOf(rule.Steps);
        var term = From(rule, cleaned);
        if (rule.Steps.Split is { Take: { } piece } split)
            term = new TakeStep(term, Encoding.UTF8.GetBytes(split.By), piece, cleaned);
        return AfterSplit(rule.Steps, term, cleaned);
    }

    Cleaning CleaningOf(Steps steps) => steps.Trim is null && steps.Empty is null ? cleaning : new Cleaning(steps.Trim ?? defaults.Trim, steps.Empty ?? defaults.Empty);

    /// <summary>What the steps start from. A column is read by the rule's own trim and empty texts in place of the defaults.</summary>
    Term From(StepsRule rule, Cleaning cleaned)
    {
        if (rule.From is ColumnRule column)
            return Column(column, cleaned);
        var term = Compile(rule.From);
        return cleaned == cleaning ? term : new CleanStep(term, cleaned);
    }

    Term AfterSplit(Steps steps, Term term, Cleaning cleaned)
    {
        foreach (var replace in steps.Replace)
            term = new ReplaceStep(term, replace.Pattern, replace.With, cleaned);
        if (steps.UpperCase is { } upper)
            term = new CaseStep(term, upper);
        if (steps.Pad is { } pad)
            term = new PadStep(term, pad.Length, pad.With, pad.Left);
        if (steps.Lookup is { } lookup)
            term = Lookup(lookup, term);
        if (steps.Parse is { } parse)
            term = new ParseCompiler(defaults, problems).Compile(parse, term);
        if (steps.Default is { } value)
            term = new CoalesceTerm([term, Compile(value)]);
        return term;
    }

    Term Lookup(LookupRule lookup, Term source)
    {
        if (tables.TryGetValue(lookup.Table, out var table))
            return new LookupTerm(source, table, lookup.Miss);
        problems.Add(lookup.Pointer, $"There is no table '{lookup.Table}'.", Nearest.Fix(lookup.Table, tables.Keys));
        return ConstantTerm.Null;
    }

    Term Column(ColumnRule rule, Cleaning cleaned)
    {
        if (columns.Find(rule.Column, cleaned) is { } term)
            return term;
        problems.Add(rule.Pointer, $"The source has no column '{rule.Column}'.", Nearest.Fix(rule.Column, columns.Names));
        return ConstantTerm.Null;
    }

    Term Expression(ExpressionText expression)
    {
        try
        {
            return expressions.Compile(expression.Text, expression.Expression);
        }
        catch (ExpressionException exception)
        {
            problems.Add(expression.Pointer, exception.Explanation, exception.Fix);
            return ConstantTerm.Null;
        }
    }

    ConstantTerm NoScalar(string pointer, string what)
    {
        problems.Add(pointer, $"{what} cannot stand where a single value is needed.", "Use a rule that gives a text, number, date or boolean.");
        return ConstantTerm.Null;
    }

    static ConstantTerm Constant(byte[] json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.ValueKind switch
        {
            JsonValueKind.String => new ConstantTerm(ValueKind.Text, Encoding.UTF8.GetBytes(document.RootElement.GetString()!)),
            JsonValueKind.Number => new ConstantTerm(json.AsSpan().Contains((byte)'.') ? ValueKind.Decimal : ValueKind.Integer, json),
            JsonValueKind.True or JsonValueKind.False => new ConstantTerm(ValueKind.Boolean, json),
            _ => ConstantTerm.Null,
        };
    }
}
