using Exchange.Engine.Schemas.Instances;

namespace Exchange.Engine.Mapping.Rules;

/// <summary>Gathers problems, so that all are told at once.</summary>
internal sealed class ProblemList
{
    readonly List<MappingProblem> problems = [];

    public IReadOnlyList<MappingProblem> All => problems;

    public bool IsEmpty => problems.Count == 0;

    /// <summary>The target field that is being looked at.</summary>
    public string? Field { get; set; }

    public void Add(string pointer, string message, string fix) => problems.Add(new MappingProblem(pointer, Field, message, fix));
}

/// <summary>JSON pointers (RFC 6901).</summary>
internal static class Pointer
{
    public static string Append(string pointer, string name) =>
        $"{pointer}/{JsonPointer.Escape(name)}";

    public static string Append(string pointer, int index) => $"{pointer}/{index}";
}
