using Exchange.Hub.Platform;

namespace Exchange.Hub.Sharing.Corrections;

/// <summary>Somebody said that a record is wrong.</summary>
sealed record CorrectionRaised(Guid Correction, string Dataset, string Consumer, string? Field) : IAuditEvent
{
    public string Subject => $"correction:{Correction}";
}

/// <summary>The provider looks into it.</summary>
sealed record CorrectionTakenUp(Guid Correction, string Dataset) : IAuditEvent
{
    public string Subject => $"correction:{Correction}";
}

/// <summary>The provider says that the record is wrong.</summary>
sealed record CorrectionConfirmed(Guid Correction, string Dataset) : IAuditEvent
{
    public string Subject => $"correction:{Correction}";
}

/// <summary>The provider says that the record is right.</summary>
sealed record CorrectionRejected(Guid Correction, string Dataset, string Reason) : IAuditEvent
{
    public string Subject => $"correction:{Correction}";
}

/// <summary>A publication changed what was said to be wrong.</summary>
sealed record CorrectionFixed(Guid Correction, string Dataset, int Publication) : IAuditEvent
{
    public string Subject => $"correction:{Correction}";
}
