namespace Exchange.Hub.Platform;

/// <summary>
/// Where a proxy stands in front, requests reach the hub as the proxy sends them. With <c>publicAddress</c> every request
/// is taken as the browser sent it: links, redirect addresses, cookies and the origin of passkeys follow from that one
/// setting, and no header of a request can change them.
/// </summary>
public sealed class PublicHost(RequestDelegate next, HubOptions options)
{
    readonly Uri? address = options.PublicAddress is null ? null : new Uri(options.PublicAddress);

    /// <summary>Called by the framework.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        if (address is not null)
        {
            context.Request.Scheme = address.Scheme;
            context.Request.Host = new HostString(address.Authority);
        }
        return next(context);
    }

    /// <summary>Whether a text will do for the setting: scheme and host, no path.</summary>
    public static bool Accepts(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp)
        && address is { PathAndQuery: "/", Fragment: "", UserInfo: "" };
}
