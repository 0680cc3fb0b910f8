using Microsoft.AspNetCore.Http.Extensions;

namespace Exchange.Hub.Delivery;

/// <summary>The address of the next page (RFC 8288).</summary>
static class PageLink
{
    public static void SetNext(HttpContext http, string cursor)
    {
        var request = http.Request;
        var query = new QueryBuilder(request.Query.Where(p => p.Key != "cursor")) { { "cursor", cursor } };
        http.Response.Headers.Link = $"<{request.PathBase.ToUriComponent()}{request.Path.ToUriComponent()}{query}>; rel=\"next\"";
    }
}
