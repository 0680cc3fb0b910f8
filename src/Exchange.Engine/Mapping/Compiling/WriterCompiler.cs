using System.Text;
using Exchange.Engine.Mapping.Rules;
using Exchange.Engine.Mapping.Terms;
using Exchange.Engine.Mapping.Writers;
using Exchange.Engine.Schemas;

namespace Exchange.Engine.Mapping;

/// <summary>Turns rules into writers and checks them against what the schema says of their place.</summary>
internal sealed class WriterCompiler(TermCompiler terms, SourceColumns columns, FlatObject? flat, ProblemList problems)
{
    /// <summary>The writer of whole records.</summary>
    public ObjectWriter CompileRoot(IReadOnlyList<FieldRule> fields, Target target) => new(Members(fields, target, "/fields"), isRoot: true);

    List<Member> Members(IReadOnlyList<FieldRule> fields, Target target, string pointer)
    {
        var outer = problems.Field;
        var members = new List<Member>();
        foreach (var field in fields)
        {
            problems.Field = Pointer.Append(target.Pointer, field.Name);
            members.Add(Compile(field, target));
        }
        foreach (var name in target.Required.Except(fields.Select(field => field.Name)))
        {
            problems.Field = Pointer.Append(target.Pointer, name);
            var column = Nearest.To(name, columns.Names) ?? "COLUMN";
            problems.Add(pointer, $"The schema requires the field '{name}', which the mapping does not give.", $"Add \"{name}\": \"{column}\", or the rule that gives it.");
        }
        problems.Field = outer;
        return members;
    }

    Member Compile(FieldRule field, Target target)
    {
        var place = target.Field(field.Name);
        if (place is null && target.FieldNames.Count > 0)
            problems.Add(field.Rule.Pointer, $"The schema has no field '{field.Name}' here.", Nearest.Fix(field.Name, target.FieldNames));
        place ??= Target.Anything(problems.Field!);
        var leaf = target.Pointer.Length == 0 ? flat?.Fields.FirstOrDefault(candidate => candidate.Name == field.Name)?.Leaf : null;
        return new Member(field.Name, place.Pointer, Compile(field.Rule, place, leaf), target.Required.Contains(field.Name), place.Types.HasFlag(JsonTypes.Null));
    }

    Writer Compile(Rule rule, Target target, LeafPlan? leaf)
    {
        switch (rule)
        {
            case ObjectRule inner:
                RequireType(rule.Pointer, target, JsonTypes.Object, "an object");
                return new ObjectWriter(Members(inner.Fields, target, rule.Pointer), isRoot: false);
            case ArrayRule array:
                RequireType(rule.Pointer, target, JsonTypes.Array, "an array");
                return new ArrayWriter([.. array.Items.Select(item => Compile(item, target.Items(), null))], target.Pointer);
            case StepsRule { Steps.Split: { Take: null } split } steps:
                RequireType(rule.Pointer, target, JsonTypes.Array, "an array");
                var (source, piece) = terms.CompileSplit(steps);
                return new SplitWriter(source, Encoding.UTF8.GetBytes(split.By), Leaf(rule.Pointer, piece, target.Items(), null), target.Pointer);
            case ChoiceRule choice:
                return new ChoiceWriter(terms.Condition(choice.When), Compile(choice.Then, target, leaf), choice.Else is null ? null : Compile(choice.Else, target, leaf));
            case CoalesceRule coalesce:
                return new CoalesceWriter([.. coalesce.Rules.Select(part => Compile(part, target, leaf))]);
            case ConstantRule { Json: [(byte)'{' or (byte)'[', ..] } constant:
                RequireType(rule.Pointer, target, constant.Json[0] == '{' ? JsonTypes.Object : JsonTypes.Array, constant.Json[0] == '{' ? "an object" : "an array");
                return new ConstantWriter(constant.Json);
            default:
                return Leaf(rule.Pointer, terms.Compile(rule), target, leaf);
        }
    }

    LeafWriter Leaf(string pointer, Term term, Target target, LeafPlan? leaf)
    {
        if (term is ConstantTerm constant)
            CheckConstant(pointer, constant, target, leaf);
        else if (term is CoalesceTerm { Last: ConstantTerm fallback } && fallback.Kinds != Kinds.None)
            CheckConstant(Pointer.Append(pointer, "default"), fallback, target, leaf);
        else if (term.Kinds != Kinds.None && (term.Kinds.ToJsonTypes() & target.Types) == 0)
            problems.Add(pointer, $"The schema wants {(target.Types & ~JsonTypes.Null).Describe()} here and the rule gives {term.Kinds.Describe()}.", Conversion(target.Types, term.Kinds));
        if (term is not LookupTerm lookup)
            return new LeafWriter(term, target.Types, leaf);
        CheckTable(lookup.Table, target, leaf);
        // What a table holds has now been checked once for all rows.
        return new LeafWriter(term, target.Types, lookup.KeepsUnknown ? leaf : null);
    }

    void CheckConstant(string pointer, ConstantTerm constant, Target target, LeafPlan? leaf)
    {
        if (LeafWriter.Explain(constant, target.Types, leaf) is { } message)
            problems.Add(pointer, $"The schema does not admit the fixed value: {message}", "Write a value that the schema admits.");
    }

    void CheckTable(CodeTable table, Target target, LeafPlan? leaf)
    {
        foreach (var (code, value) in table.Entries)
        {
            if (LeafWriter.Explain(value, target.Types, leaf) is { } message)
                problems.Add(Pointer.Append($"/tables/{table.Name}", code), $"The schema does not admit what the table holds for '{code}': {message}", "Correct the table, or use another one for this field.");
        }
    }

    void RequireType(string pointer, Target target, JsonTypes type, string given)
    {
        if ((target.Types & type) == 0)
            problems.Add(pointer, $"The schema wants {target.Types.Describe()} here and the rule gives {given}.", RuleFor(target.Types));
    }

    static string RuleFor(JsonTypes wanted) => (wanted & JsonTypes.Scalar) != 0
        ? "Use a rule that gives a single value."
        : wanted.HasFlag(JsonTypes.Array) ? "Use \"array\" or \"split\"." : "Use \"object\".";

    static string Conversion(JsonTypes wanted, Kinds given) => (wanted & JsonTypes.Scalar) switch
    {
        JsonTypes.Integer => "Add \"parse\": \"integer\".",
        JsonTypes.Integer | JsonTypes.Number => "Add \"parse\": \"decimal\".",
        JsonTypes.Boolean => "Add \"parse\": { \"as\": \"boolean\", \"true\": \"Y\", \"false\": \"N\" }.",
        JsonTypes.String when given != Kinds.None => "Add \"parse\": \"text\".",
        JsonTypes.None => "Use \"object\", \"array\" or \"split\".",
        _ => "Use another column or \"parse\".",
    };
}
