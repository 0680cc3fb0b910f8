using System.Globalization;
using Npgsql;

namespace Exchange.Hub.Platform;

/// <summary>Turns whatever goes wrong below it into a problem document; the stack trace goes to the log only.</summary>
public sealed class ProblemMiddleware(RequestDelegate next, ILogger<ProblemMiddleware> log)
{
    /// <summary>The client hung up; nobody reads this status but the log.</summary>
    const int ClientClosedRequest = 499;

    static readonly TimeSpan DatabaseRetry = TimeSpan.FromSeconds(5);

    /// <summary>Called by the framework.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            if (!context.Response.HasStarted)
                context.Response.StatusCode = ClientClosedRequest;
            return;
        }
        catch (Exception error) when (!context.Response.HasStarted) // otherwise the connection is cut, so that half an answer does not pass for a whole
        {
            var problem = Explain(error, context);
            if (problem.Kind >= ErrorKind.Internal)
                log.LogError(error, "{Code} (reference {Reference})", problem.Code, Problem.ReferenceOf(context));
            await Problem.WriteAsync(context, problem);
            return;
        }
        var response = context.Response;
        if (response is { HasStarted: false, StatusCode: >= 400, ContentType: null, ContentLength: null })
            await Problem.WriteAsync(context, Explain(response.StatusCode, context));
    }

    /// <summary>The refusal that an exception comes to.</summary>
    internal static HubException Explain(Exception error, HttpContext context) => error switch
    {
        HubException known => known,
        BadHttpRequestException request => RequestProblems.Explain(request),
        PostgresException { SqlState: PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow } => DatabaseAway(error),
        PostgresException { SqlState: PostgresErrorCodes.DatabaseDropped or PostgresErrorCodes.InvalidCatalogName or PostgresErrorCodes.TooManyConnections } => DatabaseAway(error),
        PostgresException => Internal(error, context),
        NpgsqlException => DatabaseAway(error),
        _ => Internal(error, context),
    };

    static HubException DatabaseAway(Exception error) =>
        new(ErrorKind.Unavailable, "database-unavailable", "The hub cannot reach its database at the moment. Try again; nothing was changed.", error) { RetryAfter = DatabaseRetry };

    static HubException Internal(Exception error, HttpContext context) =>
        new(ErrorKind.Internal, "internal-error", $"The hub failed. The operator finds the reason in the log under the reference {Problem.ReferenceOf(context)}.", error);

    static HubException Explain(int status, HttpContext context) => status switch
    {
        400 => RequestProblems.ExplainParameters(context),
        401 => new(ErrorKind.Unauthenticated, "token-required", "The route needs a token: send Authorization: Bearer exh_…"),
        403 => HubException.Forbidden("role-not-allowed", AccessRules.Explain(context)),
        404 => HubException.NotFound("route-not-found", $"There is no route {context.Request.Method} {context.Request.Path}. /openapi/v1.json lists the routes."),
        405 => new(ErrorKind.MethodNotAllowed, "method-not-allowed", $"{context.Request.Method} is not allowed here; the route knows {context.Response.Headers.Allow}."),
        413 => new(ErrorKind.TooLarge, "too-large", "The body is bigger than the hub takes."),
        415 => new(ErrorKind.UnsupportedMediaType, "unsupported-media-type", "Send the body as application/json."),
        _ => new((ErrorKind)status, "http-" + status.ToString(CultureInfo.InvariantCulture), "The request was refused."),
    };
}
