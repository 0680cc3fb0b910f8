namespace Exchange.Hub.Platform;

/// <summary>A system was registered.</summary>
public sealed record SystemRegistered(Guid System, string ClientId, string Name, Role Role, string Department) : IAuditEvent
{
    /// <inheritdoc/>
    public string Subject => $"system:{System}";
}

/// <summary>A system was given a further secret.</summary>
public sealed record SystemSecretAdded(Guid System, Guid Secret, DateTimeOffset? ExpiresAt) : IAuditEvent
{
    /// <inheritdoc/>
    public string Subject => $"system:{System}";
}

/// <summary>A secret of a system was ended.</summary>
public sealed record SystemSecretEnded(Guid System, Guid Secret) : IAuditEvent
{
    /// <inheritdoc/>
    public string Subject => $"system:{System}";
}

/// <summary>The public keys of a system were replaced.</summary>
/// <param name="KeyIds">Ids of the keys that it has now.</param>
public sealed record SystemKeysReplaced(Guid System, IReadOnlyList<string> KeyIds) : IAuditEvent
{
    /// <inheritdoc/>
    public string Subject => $"system:{System}";
}

/// <summary>Somebody signed in as a system with a wrong secret or a forged assertion, and was refused.</summary>
/// <param name="System">As which system; null when there is none of that client id.</param>
/// <param name="Network">Where the last of them came from.</param>
/// <param name="Count">How many since the last event about this system or network.</param>
public sealed record SystemRefused(Guid? System, string Network, int Count) : IAuditEvent
{
    /// <inheritdoc/>
    public string Subject => System is null ? $"network:{Network}" : $"system:{System}";
}

/// <summary>Every access token that a system held was refused from then on.</summary>
public sealed record SystemSignedOut(Guid System) : IAuditEvent
{
    /// <inheritdoc/>
    public string Subject => $"system:{System}";
}

/// <summary>A system was ended, with its secrets, keys and access tokens.</summary>
public sealed record SystemEnded(Guid System, string ClientId) : IAuditEvent
{
    /// <inheritdoc/>
    public string Subject => $"system:{System}";
}
