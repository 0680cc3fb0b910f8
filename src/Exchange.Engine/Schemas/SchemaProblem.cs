namespace Exchange.Engine.Schemas;

/// <summary>Something wrong with, or remarkable about, a schema itself.</summary>
/// <param name="Pointer">JSON pointer into the schema document.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="Fix">What to do about it.</param>
public sealed record SchemaProblem(string Pointer, string Message, string Fix)
{
    /// <inheritdoc/>
    public override string ToString() => $"{(Pointer.Length == 0 ? "/" : Pointer)}: {Message}. {Fix}.";
}

/// <summary>A schema cannot be used. The message lists every problem.</summary>
public sealed class SchemaException(IReadOnlyList<SchemaProblem> problems)
    : Exception("The schema cannot be used. " + string.Join(" ", problems))
{
    /// <summary>All problems found.</summary>
    public IReadOnlyList<SchemaProblem> Problems { get; } = problems;
}
