using Exchange.Engine.Schemas.Instances;

namespace Exchange.Engine.Schemas.Keywords;

/// <summary>One compiled keyword. Immutable, so threads share it.</summary>
/// <param name="name">The keyword.</param>
/// <param name="pointer">Its place in the schema document.</param>
/// <param name="kinds">The kinds of values it says anything about.</param>
abstract class Keyword(string name, string pointer, KindSet kinds)
{
    public string Name { get; } = name;

    public string Pointer { get; } = pointer;

    public KindSet Kinds { get; } = kinds;

    /// <summary>Where the keyword stands in the order of checks: cheap ones first, unevaluated… last.</summary>
    public virtual int Order => 0;

    /// <summary>Checks one value. Stops at the first failure unless errors are collected.</summary>
    public abstract bool Check(Evaluation evaluation, in JsonView json, int token);

    protected bool Fail(Evaluation evaluation, in JsonView json, int token, string message) =>
        Fail(evaluation, json, token, Name, Pointer, message);

    protected static bool Fail(Evaluation evaluation, in JsonView json, int token, string name, string pointer, string message)
    {
        evaluation.Errors?.Add(new SchemaError(json.PointerTo(token), name, pointer, message));
        return false;
    }
}

/// <summary>A keyword whose message does not depend on the value.</summary>
abstract class SimpleKeyword(string name, string pointer, KindSet kinds, string message) : Keyword(name, pointer, kinds)
{
    public sealed override bool Check(Evaluation evaluation, in JsonView json, int token) =>
        Holds(json, token) || Fail(evaluation, json, token, message);

    protected abstract bool Holds(in JsonView json, int token);
}
