namespace Exchange.Hub.Platform;

/// <summary>A person signed in.</summary>
public sealed record PersonSignedIn(Guid Person, SignInMethod Method) : IAuditEvent
{
    /// <inheritdoc/>
    public string Subject => $"person:{Person}";
}

/// <summary>A person signed out.</summary>
public sealed record PersonSignedOut(Guid Person) : IAuditEvent
{
    /// <inheritdoc/>
    public string Subject => $"person:{Person}";
}

/// <summary>Sign-ins were refused.</summary>
/// <param name="Person">At whose account; null when the address is nobody's.</param>
/// <param name="Network">Where the last of them came from.</param>
/// <param name="Count">How many since the last event about this person or network.</param>
public sealed record SignInRefused(Guid? Person, string Network, int Count) : IAuditEvent
{
    /// <inheritdoc/>
    public string Subject => Person is null ? $"network:{Network}" : $"person:{Person}";
}
