using Microsoft.AspNetCore.Http.Headers;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Net.Http.Headers;

namespace Exchange.Hub.Platform;

/// <summary>Marks routes whose address names the form: they answer in it whatever <c>Accept</c> says, as a browser follows links.</summary>
sealed class FormInAddress;

/// <summary>
/// Refuses a request whose <c>Accept</c> names nothing that the route can answer (RFC 9110 section 15.5.7), before anything
/// is done. Routes with several forms choose among them themselves.
/// </summary>
sealed class AcceptCheck(RequestDelegate next)
{
    /// <summary>Called by the framework.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        var accepted = new RequestHeaders(context.Request.Headers).Accept;
        if (accepted.Count > 0 && context.GetEndpoint()?.Metadata.GetMetadata<FormInAddress>() is null && FormsOf(context.GetEndpoint()) is { Count: > 0 } forms && !forms.Any(form => accepted.Any(range => Takes(range, form))))
            throw new HubException(ErrorKind.NotAcceptable, "not-acceptable", $"This can be had as {string.Join(", ", forms)}. Name one of them in Accept, or leave Accept out.");
        return next(context);
    }

    static List<string> FormsOf(Endpoint? endpoint) => endpoint is null ? [] :
    [
        .. endpoint.Metadata.GetOrderedMetadata<IProducesResponseTypeMetadata>()
            .Where(answer => answer.StatusCode is >= 200 and < 300)
            .SelectMany(answer => answer.ContentTypes)
            .Distinct(),
    ];

    static bool Takes(MediaTypeHeaderValue range, string form) =>
        range.Quality is not 0 && (range.MatchesMediaType(form) || (form.EndsWith("+json", StringComparison.Ordinal) && range.MatchesMediaType("application/json")));
}
