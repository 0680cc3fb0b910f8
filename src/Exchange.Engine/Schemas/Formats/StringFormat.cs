namespace Exchange.Engine.Schemas.Formats;

/// <summary>Whether a text follows a format.</summary>
delegate bool FormatCheck(ReadOnlySpan<byte> utf8);

/// <summary>A format that is asserted.</summary>
/// <param name="Name">As in <c>format</c>.</param>
/// <param name="Message">What must hold, for a person.</param>
/// <param name="IsMatch">The check.</param>
sealed record StringFormat(string Name, string Message, FormatCheck IsMatch)
{
    static readonly Dictionary<string, StringFormat> Known = new StringFormat[]
    {
        new("date", "must be a date such as 2024-02-29", DateTimeFormats.IsDate),
        new("time", "must be a time with its zone, such as 08:30:00+08:00", DateTimeFormats.IsTime),
        new("date-time", "must be a date and time with its zone, such as 2024-02-29T08:30:00+08:00", DateTimeFormats.IsDateTime),
        new("duration", "must be a duration such as P3Y6M or PT30M", DateTimeFormats.IsDuration),
        new("email", "must be an e-mail address", EmailFormats.IsEmail),
        new("idn-email", "must be an e-mail address", EmailFormats.IsIdnEmail),
        new("hostname", "must be a host name", HostFormats.IsHostname),
        new("idn-hostname", "must be a host name", HostFormats.IsIdnHostname),
        new("ipv4", "must be an IPv4 address such as 192.0.2.1", AddressFormats.IsIpv4),
        new("ipv6", "must be an IPv6 address such as 2001:db8::1", AddressFormats.IsIpv6),
        new("uri", "must be an absolute URI", UriFormats.IsUri),
        new("uri-reference", "must be a URI or a relative reference", UriFormats.IsUriReference),
        new("iri", "must be an absolute IRI", UriFormats.IsIri),
        new("iri-reference", "must be an IRI or a relative reference", UriFormats.IsIriReference),
        new("uri-template", "must be a URI template", UriTemplateFormat.IsUriTemplate),
        new("uuid", "must be a UUID such as 123e4567-e89b-12d3-a456-426614174000", TextFormats.IsUuid),
        new("json-pointer", "must be a JSON pointer such as /name", TextFormats.IsJsonPointer),
        new("relative-json-pointer", "must be a relative JSON pointer such as 1/name", TextFormats.IsRelativeJsonPointer),
        new("regex", "must be a regular expression", TextFormats.IsRegex),
    }.ToDictionary(f => f.Name, StringComparer.Ordinal);

    /// <summary>Names of the formats that are asserted.</summary>
    public static IReadOnlyCollection<string> Names => Known.Keys;

    /// <summary>A format by name, or null.</summary>
    public static StringFormat? Find(string name) => Known.GetValueOrDefault(name);
}
