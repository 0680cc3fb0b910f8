namespace Exchange.Hub.Platform;

/// <summary>
/// The two cookies of a browser that somebody signed in with: the session's, and the device's, by which the hub knows the
/// browser again. Both are opaque random texts of the form of a <see cref="Token"/>, so that logs blank them, and only their
/// SHA-256 is stored.
/// </summary>
static class SessionCookies
{
    const string SessionName = "exchange-session";
    const string DeviceName = "exchange-device";

    /// <summary>A browser takes a cookie of this name only by https, for the whole host and nobody else's (RFC 6265bis).</summary>
    const string HostPrefix = "__Host-";

    /// <summary>How long the hub knows a browser again.</summary>
    public static readonly TimeSpan DeviceLifetime = TimeSpan.FromDays(365);

    public static string? Session(HttpRequest request) => request.Cookies[NameOf(SessionName, request)];

    public static string? Device(HttpRequest request) => request.Cookies[NameOf(DeviceName, request)] is { } device && Token.IsWellFormed(device) ? device : null;

    public static void SetSession(HttpContext context, string value) => Set(context, SessionName, value, null);

    public static void SetDevice(HttpContext context, string value) => Set(context, DeviceName, value, DeviceLifetime);

    public static void RemoveSession(HttpContext context) => context.Response.Cookies.Delete(NameOf(SessionName, context.Request), Options(context.Request, null));

    static void Set(HttpContext context, string name, string value, TimeSpan? lifetime) =>
        context.Response.Cookies.Append(NameOf(name, context.Request), value, Options(context.Request, lifetime));

    static string NameOf(string name, HttpRequest request) => request.IsHttps ? HostPrefix + name : name;

    static CookieOptions Options(HttpRequest request, TimeSpan? lifetime) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Lax,
        Secure = request.IsHttps,
        Path = "/",
        MaxAge = lifetime,
        IsEssential = true,
    };
}
