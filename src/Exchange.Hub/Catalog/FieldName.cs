namespace Exchange.Hub.Catalog;

/// <summary>A field's name for people: its JSON pointer without the leading slash and with dots for slashes, <c>address.city</c>.</summary>
public static class FieldName
{
    /// <summary>The name of the field at a pointer.</summary>
    public static string Of(string pointer) => pointer[1..].Replace('/', '.')
        .Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
}
