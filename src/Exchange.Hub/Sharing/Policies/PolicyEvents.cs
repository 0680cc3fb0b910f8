using Exchange.Hub.Platform;

namespace Exchange.Hub.Sharing.Policies;

/// <summary>A department stated on what terms it shares a dataset, or changed them.</summary>
sealed record PolicyStated(string Dataset, SharingClass Class, int Revision) : IAuditEvent
{
    public string Subject => $"dataset:{Dataset}";
}
