namespace Exchange.Hub.Platform;

/// <summary>A token was made.</summary>
public sealed record TokenIssued(Guid Token, string Name, Role Role, string? Department, DateTimeOffset? ExpiresAt) : IAuditEvent
{
    /// <inheritdoc/>
    public string Subject => $"token:{Token}";
}

/// <summary>A token was ended.</summary>
public sealed record TokenRevoked(Guid Token, string Name, Role Role, string? Department) : IAuditEvent
{
    /// <inheritdoc/>
    public string Subject => $"token:{Token}";
}
