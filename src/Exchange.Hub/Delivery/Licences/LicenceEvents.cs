using Exchange.Hub.Platform;

namespace Exchange.Hub.Delivery.Licences;

/// <summary>A licence was issued for a record.</summary>
sealed record LicenceIssued(Guid Licence, string Dataset, string Consumer, Guid? Grant, int Publication, DateTimeOffset ExpiresAt) : IAuditEvent
{
    public string Subject => $"licence:{Licence}";
}

/// <summary>A steward took a licence back.</summary>
sealed record LicenceRevoked(Guid Licence, string Dataset, string Reason) : IAuditEvent
{
    public string Subject => $"licence:{Licence}";
}

/// <summary>Licences are signed by a new key from now on.</summary>
sealed record LicenceKeyRotated(string Key) : IAuditEvent
{
    public string Subject => $"licence-key:{Key}";
}
