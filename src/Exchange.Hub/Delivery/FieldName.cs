namespace Exchange.Hub.Delivery;

/// <summary>A field's name for people: its JSON pointer without the leading slash and with dots for slashes, <c>address.city</c>.</summary>
static class FieldName
{
    public static string Of(string pointer) => pointer[1..].Replace('/', '.')
        .Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
}
