namespace Exchange.Hub.Platform;

/// <summary>
/// Refuses what another site makes a browser do with the cookies that it has of us. By Fetch Metadata, which every current
/// browser sends; where it is missing, by Origin; and where that is missing too, a cookie is not believed.
/// </summary>
public sealed class CrossSiteCheck(RequestDelegate next)
{
    const string FetchSite = "Sec-Fetch-Site";

    /// <summary>Called by the framework.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        if (!MayChangeSomething(context.Request.Method) || context.Request.Headers.Authorization.Count > 0 || IsOurs(context.Request))
            return next(context);
        throw HubException.Forbidden("cross-site", "The request comes from another site, or from a program that sends a cookie without saying where from. Programs use a token, or send Origin with the hub's own address.");
    }

    static bool IsOurs(HttpRequest request)
    {
        if (request.Headers[FetchSite] is [{ } site])
            return site is "same-origin" or "none";
        if (request.Headers.Origin is [{ } origin])
            return origin == $"{request.Scheme}://{request.Host}";
        return SessionCookies.Session(request) is null;
    }

    static bool MayChangeSomething(string method) => !HttpMethods.IsGet(method) && !HttpMethods.IsHead(method) && !HttpMethods.IsOptions(method);
}
