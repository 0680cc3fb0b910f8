using System.Text.Json;

namespace Exchange.Engine.Schemas;

/// <summary>Editions of JSON Schema that the plan compiles.</summary>
public enum SchemaDraft
{
    /// <summary>Draft 7, <c>http://json-schema.org/draft-07/schema#</c>.</summary>
    Draft7,

    /// <summary>Draft 2020-12, <c>https://json-schema.org/draft/2020-12/schema</c>.</summary>
    Draft202012,
}

/// <summary>How a schema is compiled.</summary>
public sealed record SchemaPlanOptions
{
    /// <summary>The edition of a schema without <c>$schema</c>.</summary>
    public SchemaDraft DefaultDraft { get; init; } = SchemaDraft.Draft202012;

    /// <summary>Finds documents that are referred to by absolute URI; null or a null answer: there are none but the metaschemas.</summary>
    public Func<Uri, JsonDocument?>? Resolver { get; init; }

    /// <summary>Whether <c>format</c> is checked, as we do by default, or only an annotation, as the specification has it.</summary>
    public bool AssertFormat { get; init; } = true;

    /// <summary>
    /// Whether patterns that need backtracking (look-around, back references) may run, under a time limit. Otherwise
    /// they are a problem.
    /// </summary>
    public bool AllowBacktracking { get; init; }

    /// <summary>What the documents to be validated may be at most.</summary>
    public DocumentLimits Limits { get; init; } = DocumentLimits.Default;
}
