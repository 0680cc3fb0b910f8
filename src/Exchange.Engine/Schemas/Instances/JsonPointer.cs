namespace Exchange.Engine.Schemas.Instances;

/// <summary>Segments of JSON pointers (RFC 6901).</summary>
static class JsonPointer
{
    /// <summary>A name as a segment.</summary>
    public static string Escape(string name) =>
        name.AsSpan().ContainsAny('~', '/') ? name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal) : name;

    /// <summary>A segment as a name.</summary>
    public static string Unescape(string segment) =>
        segment.Contains('~', StringComparison.Ordinal) ? segment.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal) : segment;
}
