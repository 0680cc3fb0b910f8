namespace Exchange.Hub.Sharing;

/// <summary>JSON pointers of fields, as paths into a record.</summary>
static class FieldPath
{
    /// <summary>Whether one field is another, or stands in it.</summary>
    public static bool Holds(string outer, string inner) =>
        inner.StartsWith(outer, StringComparison.Ordinal) && (inner.Length == outer.Length || inner[outer.Length] == '/');

    /// <summary>Whether one of two fields stands in the other, or they are the same.</summary>
    public static bool Overlap(string a, string b) => Holds(a, b) || Holds(b, a);
}
