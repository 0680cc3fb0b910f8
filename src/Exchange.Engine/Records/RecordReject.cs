using Exchange.Sdk;

namespace Exchange.Engine.Records;

/// <summary>A row that did not become a record.</summary>
/// <param name="Code">Stable kebab-case code: <c>malformed-row</c>, <c>missing-key</c>, <c>schema-pattern</c>, …</param>
/// <param name="Field">JSON pointer of the target field, or null when the row as a whole is meant.</param>
/// <param name="Message">What is wrong and what to do, for a person.</param>
/// <param name="Position">Where the row stood in its source.</param>
/// <param name="Raw">The row as JSON object of column to text, or as text when it could not be split into columns.</param>
public sealed record RecordReject(string Code, string? Field, string Message, SourcePosition Position, string Raw);
