using System.Security.Cryptography;
using Exchange.Hub.Delivery.Dcat.Rdf;
using Exchange.Hub.Platform;
using Microsoft.AspNetCore.Http.Headers;
using Microsoft.Net.Http.Headers;

namespace Exchange.Hub.Delivery.Dcat;

/// <summary>The catalog for machines: DCAT-AP 3 as JSON-LD and Turtle.</summary>
static class DcatEndpoints
{
    public static IServiceCollection AddDcat(this IServiceCollection services) => services.AddSingleton<CatalogFacts>();

    public static void MapDcat(this IEndpointRouteBuilder routes)
    {
        var catalog = routes.MapGroup("/catalog").WithTags("Catalog").AllowAnyRole().WithDescription("application/ld+json, or text/turtle by Accept or by the ending .ttl.");
        catalog.MapGet("", (HttpContext http, CatalogFacts facts, HubOptions options) => AnswerAsync(http, facts.ListAsync, options, null))
            .Rdf("The catalog as DCAT-AP 3");
        catalog.MapGet("/datasets/{name}", (string name, HttpContext http, CatalogFacts facts, HubOptions options) => AnswerAsync(http, ct => facts.FindAsync(name, ct), options, null))
            .Rdf("One dataset of the catalog as DCAT-AP 3");
        foreach (var (ending, type) in new[] { ("jsonld", JsonLdWriter.MediaType), ("ttl", TurtleWriter.MediaType) })
        {
            routes.MapGet($"/catalog.{ending}", (HttpContext http, CatalogFacts facts, HubOptions options) => AnswerAsync(http, facts.ListAsync, options, type))
                .AllowAnyRole().WithTags("Catalog").Rdf($"The catalog as DCAT-AP 3, {type}", type);
            catalog.MapGet($"/datasets/{{name}}.{ending}", (string name, HttpContext http, CatalogFacts facts, HubOptions options) => AnswerAsync(http, ct => facts.FindAsync(name, ct), options, type))
                .Rdf($"One dataset of the catalog as DCAT-AP 3, {type}", type);
        }
    }

    static void Rdf(this RouteHandlerBuilder route, string summary, string? type = null) => route
        .WithSummary(summary)
        .WithMetadata(type is null ? [] : [new FormInAddress()])
        .Produces(StatusCodes.Status200OK, contentType: type ?? JsonLdWriter.MediaType, additionalContentTypes: type is null ? [TurtleWriter.MediaType] : [])
        .Produces(StatusCodes.Status304NotModified);

    static async Task<IResult> AnswerAsync(HttpContext http, Func<CancellationToken, Task<IReadOnlyList<DatasetFacts>>> gather, HubOptions options, string? type)
    {
        type ??= Choose(http.Request);
        var graph = CatalogGraph.Of(PublicAddress.Of(http), options.Organisation, await gather(http.RequestAborted));
        var body = type == TurtleWriter.MediaType ? TurtleWriter.Write(graph) : JsonLdWriter.Write(graph);
        http.Response.Headers.Vary = $"{HeaderNames.Accept}, {HeaderNames.Authorization}";
        http.Response.Headers.CacheControl = "private, no-cache";
        var tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(body).AsSpan(..16))}\"");
        return Results.Bytes(body, type == TurtleWriter.MediaType ? $"{type}; charset=utf-8" : type, entityTag: tag);
    }

    /// <summary>The form that the client likes better; JSON-LD where it does not mind (RFC 9110, section 12.5.1).</summary>
    static string Choose(HttpRequest request)
    {
        var accepted = new RequestHeaders(request.Headers).Accept;
        if (accepted.Count == 0)
            return JsonLdWriter.MediaType;
        // The media type that many clients of JSON-LD ask for is plain JSON.
        var linked = Math.Max(Quality(accepted, JsonLdWriter.MediaType), Quality(accepted, RecordFormats.Json));
        var turtle = Quality(accepted, TurtleWriter.MediaType);
        if (linked == 0 && turtle == 0)
            throw new HubException(ErrorKind.NotAcceptable, "not-acceptable", $"The catalog can be had as {JsonLdWriter.MediaType} and {TurtleWriter.MediaType}. Name one of them in Accept, or leave Accept out.");
        return turtle > linked ? TurtleWriter.MediaType : JsonLdWriter.MediaType;
    }

    static double Quality(IList<MediaTypeHeaderValue> accepted, string type) => accepted
        .Where(range => range.MatchesMediaType(type))
        .OrderBy(range => range.MatchesAllTypes ? 2 : range.MatchesAllSubTypes ? 1 : 0)
        .Select(range => range.Quality ?? 1)
        .FirstOrDefault();
}
