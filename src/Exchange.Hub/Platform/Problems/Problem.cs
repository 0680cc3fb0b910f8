using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Serialization;

namespace Exchange.Hub.Platform;

/// <summary>An error as the API answers it (RFC 9457).</summary>
public sealed record Problem(
    string Type,
    string Title,
    int Status,
    string Detail,
    string Code,
    string Reference,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<FieldError>? Errors)
{
    /// <summary>The media type of RFC 9457.</summary>
    public const string MediaType = "application/problem+json";

    /// <summary>Id by which a request is found in the log.</summary>
    public static string ReferenceOf(HttpContext context) => Activity.Current?.TraceId.ToHexString() ?? context.TraceIdentifier;

    /// <summary>Answers with a problem, unless the answer has already begun.</summary>
    public static async Task WriteAsync(HttpContext context, HubException error)
    {
        var response = context.Response;
        var allow = response.Headers.Allow;
        response.Clear();
        response.Headers.Allow = allow; // RFC 9110 section 15.5.6 wants it with a 405
        response.StatusCode = (int)error.Kind;
        response.Headers.CacheControl = "no-store";
        if (error.RetryAfter is { } wait)
            response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        if (error.Kind == ErrorKind.Unauthenticated)
            response.Headers.WWWAuthenticate = TokenAuthentication.Challenges(context);
        response.Headers.ContentLanguage = ProblemTitles.LanguagesOf(context);
        response.Headers.AppendCommaSeparatedValues("Vary", "Accept-Language");
        if (!HttpMethods.IsHead(context.Request.Method))
            await response.WriteAsJsonAsync(Of(context, error), options: null, contentType: MediaType, context.RequestAborted);
    }

    /// <summary>A refusal as the API tells it.</summary>
    internal static Problem Of(HttpContext context, HubException error) => new(
        $"urn:exchange:problem:{error.Code}",
        ProblemTitles.Of(context, (int)error.Kind),
        (int)error.Kind,
        context.RequestServices.GetRequiredService<Redactor>().Redact(error.Message),
        error.Code,
        ReferenceOf(context),
        error.Errors.Count == 0 ? null : error.Errors);
}
