using System.IO.Compression;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Exchange.Hub.Platform;

/// <summary>
/// Answers in brotli or gzip, for whoever takes it. Only data: of a page, which holds the secret of its forms beside what
/// an address may bring in, the compressed length would give the secret away bit by bit (BREACH). Answers of the API are
/// not open to that: another site can make no browser post with our cookies (<see cref="CrossSiteCheck"/>, SameSite), and
/// what a GET answers holds no secret. Parquet is compressed by itself, and of a file that may be read in ranges each
/// coding would be another file.
/// </summary>
static class Compression
{
    static readonly string[] types = ["application/json", "application/x-ndjson", "text/csv", Problem.MediaType, "application/ld+json", "text/turtle", "application/schema+json"];

    public static IServiceCollection AddCompression(this IServiceCollection services) => services
        .AddResponseCompression(answers =>
        {
            answers.EnableForHttps = true;
            answers.MimeTypes = types;
            answers.Providers.Add<BrotliCompressionProvider>();
            answers.Providers.Add<GzipCompressionProvider>();
        })
        .Configure<BrotliCompressionProviderOptions>(brotli => brotli.Level = CompressionLevel.Fastest)
        .Configure<GzipCompressionProviderOptions>(gzip => gzip.Level = CompressionLevel.Fastest);

    /// <summary>Whether an answer of this type has several codings.</summary>
    public static bool Compresses(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type) && types.Contains(type.MediaType.ToString(), StringComparer.OrdinalIgnoreCase);
}

/// <summary>
/// Keeps tags true when answers are compressed. A strong tag names bytes, so that each coding has one of its own (RFC 9110
/// section 8.8.3.3): <c>"3"</c> is <c>"3-gzip"</c> in gzip. Whoever sends such a tag back means the thing itself, and the
/// routes see the tag that they gave. Weak tags are the same for all codings.
/// </summary>
sealed class CodedTags(RequestDelegate next)
{
    static readonly string[] codings = ["br", "gzip"];
    static readonly string[] conditions = [HeaderNames.IfMatch, HeaderNames.IfNoneMatch];

    /// <summary>Called by the framework.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        var asked = new List<string>();
        foreach (var name in conditions)
        {
            if (context.Request.Headers.TryGetValue(name, out var tags))
                context.Request.Headers[name] = Plain(tags, asked);
        }
        context.Response.OnStarting(() =>
        {
            Label(context.Response, asked);
            return Task.CompletedTask;
        });
        return next(context);
    }

    static StringValues Plain(StringValues tags, List<string> asked) => new([.. tags.Select(each => each is null ? null : Plain(each, asked))]);

    static string Plain(string tags, List<string> asked)
    {
        foreach (var coding in codings.Where(coding => tags.Contains($"-{coding}\"", StringComparison.Ordinal)))
        {
            asked.AddRange(tags.Split(',', StringSplitOptions.TrimEntries).Where(tag => tag.EndsWith($"-{coding}\"", StringComparison.Ordinal)));
            tags = tags.Replace($"-{coding}\"", "\"", StringComparison.Ordinal);
        }
        return tags;
    }

    static void Label(HttpResponse response, List<string> asked)
    {
        var headers = response.Headers;
        var unchanged = response.StatusCode == StatusCodes.Status304NotModified;
        if ((unchanged || Compression.Compresses(response.ContentType)) && !headers.GetCommaSeparatedValues(HeaderNames.Vary).Contains(HeaderNames.AcceptEncoding, StringComparer.OrdinalIgnoreCase))
            headers.AppendCommaSeparatedValues(HeaderNames.Vary, HeaderNames.AcceptEncoding);
        if (headers.ETag is not [['"', ..] tag])
            return;
        if (codings.Contains(headers.ContentEncoding.ToString()))
            headers.ETag = Coded(tag, headers.ContentEncoding.ToString());
        else if (unchanged && codings.Select(coding => Coded(tag, coding)).FirstOrDefault(asked.Contains) is { } theirs)
            headers.ETag = theirs; // a 304 tells the tag of what the client has
    }

    static string Coded(string tag, string coding) => $"{tag[..^1]}-{coding}\"";
}
