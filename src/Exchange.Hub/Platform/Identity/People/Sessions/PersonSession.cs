using System.Reflection;

namespace Exchange.Hub.Platform;

/// <summary>A person's session in a browser, as it is found by its cookie. An endpoint that only such a one may use takes it as a parameter.</summary>
/// <param name="Id">Which session.</param>
/// <param name="PersonId">Whose.</param>
/// <param name="ExpiresAt">When it ends at the latest.</param>
public sealed record PersonSession(Guid Id, Guid PersonId, DateTimeOffset ExpiresAt)
{
    /// <summary>The session of a request, or null when it has none.</summary>
    public static PersonSession? Of(HttpContext context) => context.Features.Get<PersonSession>();

    /// <summary>Called by the framework for endpoints that take a session.</summary>
    /// <exception cref="HubException">The caller has none: a token, or a system.</exception>
    public static ValueTask<PersonSession> BindAsync(HttpContext context, ParameterInfo parameter) =>
        ValueTask.FromResult(Of(context) ?? throw Required());

    /// <summary>What to say to who has none.</summary>
    public static HubException Required() =>
        HubException.Forbidden("session-required", "This is for people who are signed in with a browser, or by POST /api/v1/session; a token will not do.");
}

/// <summary>How somebody signed in.</summary>
public enum SignInMethod
{
    /// <summary>Password, and the code of an authenticator where that is turned on.</summary>
    Password,

    /// <summary>Passkey (WebAuthn).</summary>
    Passkey,

    /// <summary>An external OpenID Connect provider.</summary>
    External,

    /// <summary>A one-time link, with which a password was set.</summary>
    Link,
}

/// <summary>A session as its owner sees it.</summary>
/// <param name="Id">Which one.</param>
/// <param name="Role">In which role.</param>
/// <param name="Department">For which department.</param>
/// <param name="Method">How it was begun.</param>
/// <param name="Agent">What the browser calls itself.</param>
/// <param name="CreatedAt">Since when.</param>
/// <param name="LastSeenAt">Last request, to the minute.</param>
/// <param name="ExpiresAt">When it ends at the latest.</param>
/// <param name="Current">Whether it is the one that asks.</param>
public sealed record SessionInfo(
    Guid Id, Role Role, string? Department, SignInMethod Method, string? Agent, DateTimeOffset CreatedAt, DateTimeOffset LastSeenAt, DateTimeOffset ExpiresAt, bool Current);
