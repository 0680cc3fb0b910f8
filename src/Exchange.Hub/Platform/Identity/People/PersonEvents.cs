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

/// <summary>A person was entered, and given a one-time link to join with.</summary>
public sealed record PersonInvited(Guid Person, string Email, string Name, IReadOnlyList<PersonRole> Roles) : IAuditEvent
{
    /// <inheritdoc/>
    public string Subject => $"person:{Person}";
}

/// <summary>A person took the invitation and set a password.</summary>
public sealed record PersonJoined(Guid Person) : IAuditEvent
{
    /// <inheritdoc/>
    public string Subject => $"person:{Person}";
}

/// <summary>A person set another password.</summary>
public sealed record PasswordChanged(Guid Person, bool ByLink) : IAuditEvent
{
    /// <inheritdoc/>
    public string Subject => $"person:{Person}";
}

/// <summary>A person was given a one-time link to set another password with.</summary>
public sealed record PasswordResetOffered(Guid Person, bool CredentialsRemoved) : IAuditEvent
{
    /// <inheritdoc/>
    public string Subject => $"person:{Person}";
}

/// <summary>A person's password needs the code of an authenticator from then on.</summary>
public sealed record AuthenticatorTurnedOn(Guid Person) : IAuditEvent
{
    /// <inheritdoc/>
    public string Subject => $"person:{Person}";
}

/// <summary>A person's password is enough again.</summary>
public sealed record AuthenticatorTurnedOff(Guid Person) : IAuditEvent
{
    /// <inheritdoc/>
    public string Subject => $"person:{Person}";
}

/// <summary>A person made new recovery codes; the old ones ended.</summary>
public sealed record RecoveryCodesReplaced(Guid Person) : IAuditEvent
{
    /// <inheritdoc/>
    public string Subject => $"person:{Person}";
}

/// <summary>A person used up a recovery code.</summary>
public sealed record RecoveryCodeUsed(Guid Person, int Left) : IAuditEvent
{
    /// <inheritdoc/>
    public string Subject => $"person:{Person}";
}

/// <summary>A session acts in another role of its person.</summary>
public sealed record SessionRoleSwitched(Guid Person, PersonRole To) : IAuditEvent
{
    /// <inheritdoc/>
    public string Subject => $"person:{Person}";
}

/// <summary>The roles of a person were changed; sessions and tokens of roles that were taken away ended.</summary>
public sealed record PersonRolesChanged(Guid Person, IReadOnlyList<PersonRole> Roles) : IAuditEvent
{
    /// <inheritdoc/>
    public string Subject => $"person:{Person}";
}

/// <summary>A person may not sign in any more; sessions, tokens and one-time links ended.</summary>
public sealed record PersonDeactivated(Guid Person) : IAuditEvent
{
    /// <inheritdoc/>
    public string Subject => $"person:{Person}";
}

/// <summary>A person may sign in again.</summary>
public sealed record PersonReactivated(Guid Person) : IAuditEvent
{
    /// <inheritdoc/>
    public string Subject => $"person:{Person}";
}

/// <summary>Every session and token of a person was ended.</summary>
public sealed record PersonSignedOutEverywhere(Guid Person) : IAuditEvent
{
    /// <inheritdoc/>
    public string Subject => $"person:{Person}";
}
