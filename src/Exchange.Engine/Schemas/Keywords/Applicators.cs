using System.Runtime.CompilerServices;
using Exchange.Engine.Schemas.Instances;

namespace Exchange.Engine.Schemas.Keywords;

/// <summary><c>allOf</c></summary>
sealed class AllOfKeyword(string pointer, SchemaNode[] schemas) : Keyword("allOf", pointer, KindSet.All)
{
    public override bool Check(Evaluation evaluation, in JsonView json, int token)
    {
        var valid = true;
        foreach (var schema in schemas)
        {
            valid &= schema.Check(evaluation, json, token);
            if (!valid && evaluation.Errors is null)
                break;
        }
        return valid;
    }
}

/// <summary><c>anyOf</c></summary>
sealed class AnyOfKeyword(string pointer, SchemaNode[] schemas) : Keyword("anyOf", pointer, KindSet.All)
{
    public override bool Check(Evaluation evaluation, in JsonView json, int token)
    {
        var any = false;
        foreach (var schema in schemas)
        {
            any |= evaluation.Holds(schema, json, token);
            // Further schemas matter only for what they evaluate.
            if (any && !evaluation.Tracks)
                break;
        }
        return any || Fail(evaluation, json, token, $"must have one of the {schemas.Length} forms allowed here, and has none");
    }
}

/// <summary><c>oneOf</c></summary>
sealed class OneOfKeyword(string pointer, SchemaNode[] schemas) : Keyword("oneOf", pointer, KindSet.All)
{
    public override bool Check(Evaluation evaluation, in JsonView json, int token)
    {
        var held = 0;
        foreach (var schema in schemas)
        {
            held += evaluation.Holds(schema, json, token) ? 1 : 0;
            if (held > 1)
                break;
        }
        return held == 1 || Fail(evaluation, json, token, held == 0
            ? $"must have one of the {schemas.Length} forms allowed here, and has none"
            : $"must have exactly one of the {schemas.Length} forms allowed here, and has several");
    }
}

/// <summary><c>not</c></summary>
sealed class NotKeyword(string pointer, SchemaNode schema) : Keyword("not", pointer, KindSet.All)
{
    public override bool Check(Evaluation evaluation, in JsonView json, int token)
    {
        var mark = evaluation.EvaluatedCount;
        var holds = evaluation.Holds(schema, json, token);
        evaluation.Rewind(mark);
        return !holds || Fail(evaluation, json, token, "must not have the form that is excluded here");
    }
}

/// <summary><c>if</c> with <c>then</c> and <c>else</c></summary>
sealed class IfKeyword(string pointer, SchemaNode condition, SchemaNode? then, SchemaNode? otherwise) : Keyword("if", pointer, KindSet.All)
{
    public override bool Check(Evaluation evaluation, in JsonView json, int token)
    {
        var branch = evaluation.Holds(condition, json, token) ? then : otherwise;
        return branch is null || branch.Check(evaluation, json, token);
    }
}

/// <summary>
/// <c>$ref</c>, and <c>$dynamicRef</c>: there the outermost dynamic anchor of that name on the way decides.
/// </summary>
sealed class RefKeyword(string name, string pointer, SchemaNode target, string? dynamicAnchor = null) : Keyword(name, pointer, KindSet.All)
{
    public SchemaNode Target => target;

    public override bool Check(Evaluation evaluation, in JsonView json, int token)
    {
        // Only references can recurse, so this is where the stack is watched.
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
            return Fail(evaluation, json, token, "cannot be checked: the schema refers to itself too deep");
        var schema = dynamicAnchor is null ? target : evaluation.Outermost(dynamicAnchor) ?? target;
        return schema.Check(evaluation, json, token);
    }
}
