namespace Exchange.Engine.Schemas;

/// <summary>One way in which a record breaks its schema. No part of it ever holds the offending value.</summary>
/// <param name="InstancePointer">JSON pointer of the value in the record; empty for the record itself.</param>
/// <param name="Keyword">The broken keyword; <c>json</c>, <c>duplicate</c> or <c>depth</c> when the text is no sound JSON.</param>
/// <param name="SchemaPointer">JSON pointer of the keyword in its schema document; empty when the text is no sound JSON.</param>
/// <param name="Message">What must hold, for a person: "must match the pattern ^[0-9]{18}$".</param>
public sealed record SchemaError(string InstancePointer, string Keyword, string SchemaPointer, string Message);
