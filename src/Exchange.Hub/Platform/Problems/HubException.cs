namespace Exchange.Hub.Platform;

/// <summary>What kind of refusal it is; its number is the HTTP status.</summary>
public enum ErrorKind
{
    /// <summary>The request cannot be understood.</summary>
    Malformed = 400,

    /// <summary>Who asks is not known.</summary>
    Unauthenticated = 401,

    /// <summary>Who asks may not.</summary>
    Forbidden = 403,

    /// <summary>There is no such thing.</summary>
    NotFound = 404,

    /// <summary>The route knows other methods.</summary>
    MethodNotAllowed = 405,

    /// <summary>None of the media types asked for can be had.</summary>
    NotAcceptable = 406,

    /// <summary>It does not fit the state that things are in.</summary>
    Conflict = 409,

    /// <summary>It is no longer there, and will not come back.</summary>
    Gone = 410,

    /// <summary>The thing is not as the request takes it to be.</summary>
    PreconditionFailed = 412,

    /// <summary>The body is bigger than the hub takes.</summary>
    TooLarge = 413,

    /// <summary>The body is of a media type that the route does not take.</summary>
    UnsupportedMediaType = 415,

    /// <summary>It was understood, and some of its values will not do.</summary>
    Invalid = 422,

    /// <summary>Too much at once.</summary>
    TooManyRequests = 429,

    /// <summary>The hub itself failed.</summary>
    Internal = 500,

    /// <summary>Not now; try again later, or ask the operator.</summary>
    Unavailable = 503,
}

/// <summary>One value that will not do.</summary>
/// <param name="Pointer">JSON pointer (RFC 6901) into the request's body; for a query parameter <c>?name</c>.</param>
/// <param name="Message">What is wrong with it.</param>
/// <param name="Fix">What would do.</param>
public sealed record FieldError(string Pointer, string Message, string Fix);

/// <summary>
/// How a use case refuses. Whoever hosts it makes of it what its audience needs: the API a problem document, a job a
/// failed run, a page a message.
/// </summary>
/// <param name="kind">What kind of refusal.</param>
/// <param name="code">Stable kebab-case code for programs, such as <c>dataset-not-found</c>.</param>
/// <param name="detail">What happened, where, and what to do, for a person. No secrets.</param>
/// <param name="inner">For the log only.</param>
public sealed class HubException(ErrorKind kind, string code, string detail, Exception? inner = null) : Exception(detail, inner)
{
    /// <summary>What kind of refusal.</summary>
    public ErrorKind Kind { get; } = kind;

    /// <summary>Stable code for programs.</summary>
    public string Code { get; } = code;

    /// <summary>The values that will not do.</summary>
    public IReadOnlyList<FieldError> Errors { get; init; } = [];

    /// <summary>When to try again, where that is known.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>There is no such thing.</summary>
    public static HubException NotFound(string code, string detail) => new(ErrorKind.NotFound, code, detail);

    /// <summary>It does not fit the state that things are in.</summary>
    public static HubException Conflict(string code, string detail) => new(ErrorKind.Conflict, code, detail);

    /// <summary>Who asks may not.</summary>
    public static HubException Forbidden(string code, string detail) => new(ErrorKind.Forbidden, code, detail);

    /// <summary>Some values will not do.</summary>
    public static HubException Invalid(params IReadOnlyList<FieldError> errors) =>
        new(ErrorKind.Invalid, "invalid", errors.Count == 1 ? $"{errors[0].Pointer} {errors[0].Message}. {errors[0].Fix}" : $"{errors.Count} values will not do; errors names them.") { Errors = errors };

    /// <summary>Not now.</summary>
    public static HubException Unavailable(string code, string detail, Exception? inner = null) => new(ErrorKind.Unavailable, code, detail, inner);
}
