namespace Exchange.Hub.Sharing;

/// <summary>JSON pointers of fields, as paths into a record.</summary>
static class FieldPath
{
    /// <summary>Whether one field is another, or stands in it.</summary>
    public static bool Holds(string outer, string inner) =>
        inner.StartsWith(outer, StringComparison.Ordinal) && (inner.Length == outer.Length || inner[outer.Length] == '/');

    /// <summary>Whether one of two fields stands in the other, or they are the same.</summary>
    public static bool Overlap(string a, string b) => Holds(a, b) || Holds(b, a);

    /// <summary>
    /// The fields that are shown whole: a field stands for all that is in it, unless something in it is named too; then
    /// it shows that alone.
    /// </summary>
    public static IEnumerable<string> Shown(IReadOnlyList<string> fields) =>
        fields.Where(field => !fields.Any(other => other.Length > field.Length && Holds(field, other)));

    /// <summary>The fields that some terms show and others do not.</summary>
    public static IEnumerable<string> Beyond(IReadOnlyList<string> bounds, IReadOnlyList<string> fields)
    {
        var allowed = Shown(bounds).ToList();
        return Shown(fields).Where(field => !allowed.Exists(outer => Holds(outer, field)));
    }
}
