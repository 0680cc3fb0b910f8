using System.Text.Json;
using Exchange.Hub.Catalog.Documents;
using Exchange.Hub.Platform;

namespace Exchange.Hub.Sharing.Clocks;

/// <summary>The lengths of clocks changed.</summary>
sealed record ClockRulesChanged(int Revision) : IAuditEvent
{
    public string Subject => "clocks:default";
}

/// <summary>Changes how long clocks run. Those that run already keep the length that they started with.</summary>
sealed class ChangeClockRules(PutDocument put)
{
    public Task<DocumentChange> ExecuteAsync(ClockRules rules, Caller caller, bool dryRun, CancellationToken cancellationToken)
    {
        rules.Check();
        var body = JsonSerializer.SerializeToElement(rules, ApiJson.Options);
        return put.ExecuteAsync(Calendars.RulesKind, Calendars.Name, body, change => new ClockRulesChanged(change.Revision), caller, dryRun, cancellationToken: cancellationToken);
    }
}
