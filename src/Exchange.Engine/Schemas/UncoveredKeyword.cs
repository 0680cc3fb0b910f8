namespace Exchange.Engine.Schemas;

/// <summary>A keyword of a schema that the compiled plan does not check.</summary>
/// <param name="Pointer">JSON pointer into the schema document.</param>
/// <param name="Keyword">The keyword.</param>
/// <param name="Reason">Why not.</param>
public sealed record UncoveredKeyword(string Pointer, string Keyword, string Reason)
{
    /// <inheritdoc/>
    public override string ToString() => $"{(Pointer.Length == 0 ? "/" : Pointer)}: {Reason}. A second, slower validation checks it in every run.";
}
