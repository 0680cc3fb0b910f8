using System.Net;
using System.Text.Json;

namespace Exchange.Cli;

/// <summary>Turns what went wrong at the hub (RFC 9457 problem details) or on the way to it into a <see cref="CliException"/>.</summary>
static class HubProblem
{
    public static CliException Unreachable((string Url, string SaidBy) address, string reason) =>
        new(ExitCode.Unreachable, $"The hub at {address.Url} cannot be reached: {reason}")
        {
            Where = $"{address.Url} (from {address.SaidBy})",
            Fix = "Start the hub, or set EXCHANGE_URL or --url to where it is. \"exchange doctor\" tries the way step by step.",
        };

    public static async Task<CliException> ReadAsync(HttpRequestMessage request, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var problem = await ProblemAsync(response, cancellationToken);
        var title = problem.Text("title");
        var detail = problem.Text("detail");
        return new CliException(CodeOf(response.StatusCode), detail ?? title ?? $"The hub answered {(int)response.StatusCode} {response.ReasonPhrase}.")
        {
            Where = $"{request.Method} {request.RequestUri}",
            Fix = problem.Text("fix") ?? FixOf(response),
            Reference = problem.Text("reference"),
            Problem = problem.Text("code"),
            RetryAfter = response.Headers.RetryAfter?.Delta,
            Details = [.. problem.Items("errors").Select(error =>
                new ErrorDetail(error.Text("pointer"), error.Text("message") ?? "is wrong", error.Text("fix")))],
        };
    }

    static async Task<JsonElement> ProblemAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentType?.MediaType is not ("application/problem+json" or "application/json"))
            return default;
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            using var document = await JsonDocument.ParseAsync(body, cancellationToken: cancellationToken);
            return document.RootElement.Clone();
        }
        catch (Exception error) when (error is JsonException or IOException or HttpRequestException)
        {
            return default; // the status says enough
        }
    }

    static ExitCode CodeOf(HttpStatusCode status) => status switch
    {
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => ExitCode.NotAllowed,
        HttpStatusCode.NotFound or HttpStatusCode.Gone => ExitCode.NotFound,
        HttpStatusCode.Conflict or HttpStatusCode.PreconditionFailed => ExitCode.Conflict,
        HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout => ExitCode.Unreachable,
        _ => ExitCode.Failed,
    };

    static string? FixOf(HttpResponseMessage response) => response.StatusCode switch
    {
        HttpStatusCode.Unauthorized => "exchange sign-in, or set EXCHANGE_TOKEN to a valid token; an administrator makes one with \"exchange token create\".",
        HttpStatusCode.Forbidden => "Use the token of a role that may do this; \"exchange whoami\" shows yours.",
        HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout =>
            "Wait a moment and try again; \"exchange doctor\" shows what the hub is waiting for.",
        HttpStatusCode.TooManyRequests when response.Headers.RetryAfter?.Delta is { } wait => $"Try again in {wait.TotalSeconds:0} s.",
        >= HttpStatusCode.Ambiguous and < HttpStatusCode.BadRequest when response.Headers.Location is { } location =>
            $"The answer points to {location}: set EXCHANGE_URL to the hub's own address.",
        >= HttpStatusCode.InternalServerError => "Give the reference to the hub's administrator: it stands in the hub's log.",
        _ => null,
    };
}
