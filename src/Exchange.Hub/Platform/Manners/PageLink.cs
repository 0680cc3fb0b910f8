using System.Globalization;
using Microsoft.AspNetCore.Http.Extensions;

namespace Exchange.Hub.Platform;

/// <summary>A page of a list that knows where the next one begins.</summary>
public interface IPage
{
    /// <summary>Where to go on; null on the last page.</summary>
    object? Next { get; }
}

/// <summary>The addresses of the next page and of the first (RFC 8288).</summary>
static class PageLink
{
    /// <summary>Links the pages of a list.</summary>
    /// <param name="http">The request for one of them.</param>
    /// <param name="parameter">Name of the query parameter that says where to go on.</param>
    /// <param name="next">Where the next page begins; null on the last.</param>
    public static void Set(HttpContext http, string parameter, string? next)
    {
        var links = new List<string>(2);
        if (next is not null)
            links.Add($"<{AddressOf(http.Request, parameter, next)}>; rel=\"next\"");
        if (http.Request.Query.ContainsKey(parameter))
            links.Add($"<{AddressOf(http.Request, parameter, null)}>; rel=\"first\"");
        if (links.Count > 0)
            http.Response.Headers.Link = string.Join(", ", links);
    }

    /// <summary>Links the pages that a route answers with.</summary>
    /// <param name="route">It answers with an <see cref="IPage"/>.</param>
    /// <param name="parameter">Name of the query parameter that says where to go on.</param>
    public static RouteHandlerBuilder LinksPages(this RouteHandlerBuilder route, string parameter) => route.AddEndpointFilter(async (context, next) =>
    {
        var answer = await next(context);
        if ((answer is IValueHttpResult { Value: var value } ? value : answer) is IPage page)
            Set(context.HttpContext, parameter, page.Next is { } place ? Convert.ToString(place, CultureInfo.InvariantCulture) : null);
        return answer;
    });

    static string AddressOf(HttpRequest request, string parameter, string? value)
    {
        var query = new QueryBuilder(request.Query.Where(each => each.Key != parameter));
        if (value is not null)
            query.Add(parameter, value);
        return $"{request.PathBase.ToUriComponent()}{request.Path.ToUriComponent()}{query}";
    }
}
