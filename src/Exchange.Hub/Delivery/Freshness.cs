using System.Security.Cryptography;
using Exchange.Hub.Sharing.Access;
using Microsoft.AspNetCore.Http.Headers;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Exchange.Hub.Delivery;

/// <summary>Entity tags and what they save (RFC 9110 sections 8.8.3 and 13.1.2).</summary>
static class Freshness
{
    /// <summary>
    /// The tag of a list. Weak, as the same records may be sent in another order; it names the form, as one address
    /// has several.
    /// </summary>
    public static EntityTagHeaderValue ListTag(int epoch, long position, RecordFormat format, ReadAccess access) =>
        new($"\"{epoch}.{position}.{format.ToString().ToLowerInvariant()}{GrantPart(access)}\"", isWeak: true);

    /// <summary>
    /// The tag of one record: its content hash, or, where only a part of it is shown, a hash of that part, lest the tag
    /// tell of the rest.
    /// </summary>
    public static EntityTagHeaderValue RecordTag(byte[] hash, ReadOnlySpan<byte> shown, ReadAccess access) =>
        new($"\"{Convert.ToHexStringLower(access.View.IsWhole ? hash : SHA256.HashData(shown).AsSpan(..16))}{GrantPart(access)}\"");

    /// <summary>Labels the answer; true when the client already has it and 304 says so.</summary>
    public static bool ClientIsCurrent(HttpContext http, EntityTagHeaderValue tag)
    {
        var headers = http.Response.GetTypedHeaders();
        headers.ETag = tag;
        // Stored answers are asked about every time: a grant may have ended since.
        headers.CacheControl = new CacheControlHeaderValue { Private = true, NoCache = true };
        http.Response.Headers.Vary = new StringValues([HeaderNames.Accept, HeaderNames.Authorization, AccessHeaders.Purpose]);
        var known = new RequestHeaders(http.Request.Headers).IfNoneMatch;
        if (!known.Any(k => k.Equals(EntityTagHeaderValue.Any) || k.Compare(tag, useStrongComparison: false)))
            return false;
        http.Response.StatusCode = StatusCodes.Status304NotModified;
        return true;
    }

    static string GrantPart(ReadAccess access) => access.Grant is null ? "" : $".{access.GrantId:N}.{access.Version}";
}
