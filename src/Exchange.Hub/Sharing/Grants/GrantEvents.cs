using Exchange.Hub.Platform;

namespace Exchange.Hub.Sharing.Grants;

/// <summary>A department may use a dataset.</summary>
sealed record GrantIssued(Guid Grant, string Dataset, string Provider, string Consumer, string? System, string Purpose, Terms Terms, string? Request) : IAuditEvent
{
    public string Subject => $"grant:{Grant}";
}

/// <summary>A grant was set aside.</summary>
sealed record GrantSuspended(Guid Grant, string Dataset, string Consumer, string Reason) : IAuditEvent
{
    public string Subject => $"grant:{Grant}";
}

/// <summary>A grant that was set aside holds again.</summary>
sealed record GrantResumed(Guid Grant, string Dataset, string Consumer) : IAuditEvent
{
    public string Subject => $"grant:{Grant}";
}

/// <summary>A grant was taken back.</summary>
sealed record GrantRevoked(Guid Grant, string Dataset, string Consumer, string Reason) : IAuditEvent
{
    public string Subject => $"grant:{Grant}";
}

/// <summary>A person of the provider gave a grant a new end.</summary>
sealed record GrantRenewed(Guid Grant, string Dataset, string Consumer, int Version, Terms Terms) : IAuditEvent
{
    public string Subject => $"grant:{Grant}";
}

/// <summary>A grant went with its dataset to another department.</summary>
sealed record GrantPassedOn(Guid Grant, string Dataset, string Consumer, string From, string To) : IAuditEvent
{
    public string Subject => $"grant:{Grant}";
}

/// <summary>The consumer needs a grant no more.</summary>
sealed record GrantCompleted(Guid Grant, string Dataset, string Consumer, string? Reason) : IAuditEvent
{
    public string Subject => $"grant:{Grant}";
}

/// <summary>A grant's time was over.</summary>
sealed record GrantExpired(Guid Grant, string Dataset, string Consumer, DateTimeOffset Until) : IAuditEvent
{
    public string Subject => $"grant:{Grant}";
}
