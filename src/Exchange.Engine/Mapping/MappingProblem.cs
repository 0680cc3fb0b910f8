namespace Exchange.Engine.Mapping;

/// <summary>One thing that keeps a mapping from running.</summary>
/// <param name="Pointer">JSON pointer (RFC 6901) into the mapping document.</param>
/// <param name="Field">JSON pointer of the target field that is concerned; null when it concerns none.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="Fix">What to do about it.</param>
public sealed record MappingProblem(string Pointer, string? Field, string Message, string Fix)
{
    /// <inheritdoc/>
    public override string ToString() => $"{(Pointer.Length == 0 ? "mapping" : Pointer)}: {Message} {Fix}";
}
