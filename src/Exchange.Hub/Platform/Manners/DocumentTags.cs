using System.IO.Hashing;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Headers;
using Microsoft.Net.Http.Headers;

namespace Exchange.Hub.Platform;

/// <summary>Marks routes that tag their answers themselves, by what they know without making the answer.</summary>
sealed class OwnTags;

/// <summary>
/// Gives JSON answers to GET a tag where the route sets none, and answers 304 to whoever has the document already (RFC 9110
/// sections 8.8.3 and 13.1.2). The tag is a hash of the body, weak as it is the same for every coding of it.
/// </summary>
sealed class DocumentTags(RequestDelegate next)
{
    /// <summary>An answer beyond this goes out as it is made, without a tag.</summary>
    const int Bound = 1024 * 1024;

    /// <summary>Called by the framework.</summary>
    public Task InvokeAsync(HttpContext context) =>
        HttpMethods.IsGet(context.Request.Method) && IsDocument(context.Request.Path) && context.GetEndpoint()?.Metadata.GetMetadata<OwnTags>() is null
            ? TagAsync(context)
            : next(context);

    async Task TagAsync(HttpContext context)
    {
        var prior = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        using var held = new HeldBody(prior, Bound, () => WantsTag(context.Response));
        context.Features.Set<IHttpResponseBodyFeature>(held);
        try
        {
            await next(context);
            await held.FlushAsync();
        }
        finally
        {
            context.Features.Set(prior);
        }
        if (held.IsHeld && held.Held.Length > 0 && ClientHas(context, held.Held.Span))
            return;
        await held.SendAsync(context.RequestAborted);
    }

    static bool IsDocument(PathString path) =>
        path.StartsWithSegments("/api", StringComparison.Ordinal) || path.StartsWithSegments("/openapi", StringComparison.Ordinal);

    static bool WantsTag(HttpResponse response) =>
        response.StatusCode == StatusCodes.Status200OK && response.Headers.ETag.Count == 0
        && MediaTypeHeaderValue.TryParse(response.ContentType, out var type) && (type.Suffix == "json" || type.SubType == "json")
        && !response.Headers.CacheControl.ToString().Contains("no-store", StringComparison.Ordinal);

    static bool ClientHas(HttpContext context, ReadOnlySpan<byte> body)
    {
        var tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(XxHash128.Hash(body))}\"", isWeak: true);
        var response = context.Response;
        response.Headers.ETag = tag.ToString();
        if (response.Headers.CacheControl.Count == 0)
            response.Headers.CacheControl = "private, no-cache"; // it is asked about every time: rights may have ended since
        response.Headers.AppendCommaSeparatedValues(HeaderNames.Vary, HeaderNames.Authorization, HeaderNames.Cookie);
        if (!new RequestHeaders(context.Request.Headers).IfNoneMatch.Any(known => known.Equals(EntityTagHeaderValue.Any) || known.Compare(tag, useStrongComparison: false)))
            return false;
        response.StatusCode = StatusCodes.Status304NotModified;
        response.ContentType = null;
        response.ContentLength = null;
        return true;
    }
}
