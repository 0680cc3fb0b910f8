using Exchange.Hub.Platform;
using Exchange.Hub.Catalog.Storage;

namespace Exchange.Hub.Runs;

/// <summary>Somebody, or a schedule, asked for a run.</summary>
sealed record RunRequested(string Dataset, Guid Run, string Trigger) : IAuditEvent
{
    public string Subject => $"dataset:{Dataset}";
}

/// <summary>A run ended without a publication.</summary>
sealed record RunFailed(string Dataset, Guid Run, string Kind, string Message) : IAuditEvent
{
    public string Subject => $"dataset:{Dataset}";
}

/// <summary>A run stopped because a person asked for it.</summary>
sealed record RunCancelled(string Dataset, Guid Run) : IAuditEvent
{
    public string Subject => $"dataset:{Dataset}";
}

/// <summary>A person asked a run to stop.</summary>
sealed record RunCancelRequested(string Dataset, Guid Run) : IAuditEvent
{
    public string Subject => $"dataset:{Dataset}";
}

/// <summary>A run found the source as it is published.</summary>
sealed record RunFoundNothingNew(string Dataset, Guid Run, long Read) : IAuditEvent
{
    public string Subject => $"dataset:{Dataset}";
}

/// <summary>A publication became visible to readers.</summary>
sealed record PublicationCommitted(
    string Dataset, int Publication, Guid Run, long Records, long Added, long Updated, long Deleted, long LastSeq, string Schema, string Mapping) : IAuditEvent
{
    public string Subject => $"dataset:{Dataset}";

    public static PublicationCommitted Of(string dataset, Publication p) =>
        new(dataset, p.Number, p.Run, p.Records, p.Added, p.Updated, p.Deleted, p.LastSeq, p.Schema, p.Mapping);
}

/// <summary>A publication waits for a person.</summary>
sealed record PublicationHeld(string Dataset, Guid Run, string Reason, string Detail) : IAuditEvent
{
    public string Subject => $"dataset:{Dataset}";
}

/// <summary>A person published what was held.</summary>
sealed record HeldPublicationReleased(string Dataset, Guid Run, string Reason) : IAuditEvent
{
    public string Subject => $"dataset:{Dataset}";
}

/// <summary>A person, or a later run, decided against what was held.</summary>
sealed record HeldPublicationDiscarded(string Dataset, Guid Run, string Reason) : IAuditEvent
{
    public string Subject => $"dataset:{Dataset}";
}
