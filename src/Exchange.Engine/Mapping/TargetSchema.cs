using System.Text.Json;
using Exchange.Engine.Schemas;

namespace Exchange.Engine.Mapping;

/// <summary>The schema that records follow.</summary>
/// <param name="Json">The schema document.</param>
/// <param name="Plan">The same, compiled.</param>
/// <param name="Key">Fields that identify a record.</param>
public sealed record TargetSchema(JsonElement Json, SchemaPlan Plan, IReadOnlyList<string> Key);
