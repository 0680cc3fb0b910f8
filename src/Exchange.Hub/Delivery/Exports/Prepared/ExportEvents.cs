using Exchange.Hub.Platform;

namespace Exchange.Hub.Delivery.Exports.Prepared;

/// <summary>Somebody asked for an export to be prepared.</summary>
sealed record ExportRequested(string Dataset, Guid Export, string Department, Guid? Grant, string Format, int Publication) : IAuditEvent
{
    public string Subject => $"dataset:{Dataset}";
}

/// <summary>An export was written as a file, which can be fetched from now on.</summary>
sealed record ExportPrepared(string Dataset, Guid Export, string Department, Guid? Grant, string Format, int Publication, long Records, long Bytes, string Sha256) : IAuditEvent
{
    public string Subject => $"dataset:{Dataset}";
}

/// <summary>An export could not be prepared.</summary>
sealed record ExportFailed(string Dataset, Guid Export, string Code) : IAuditEvent
{
    public string Subject => $"dataset:{Dataset}";
}

/// <summary>The file of an export was deleted.</summary>
/// <param name="Reason"><c>asked</c>, <c>time-over</c> or <c>grant-changed</c>.</param>
sealed record ExportDeleted(string Dataset, Guid Export, string Reason) : IAuditEvent
{
    public string Subject => $"dataset:{Dataset}";
}
