using System.Text.Json;

namespace Exchange.Cli;

/// <summary>One run as the hub tells of it.</summary>
sealed record Run(JsonElement Json)
{
    public string Id => Json.Text("id") ?? "";

    public string ShortId => Cli.ShortId.Of(Id);

    public string Dataset => Json.Text("dataset") ?? "";

    public string State => Json.Text("state") ?? "";

    public string Phase => Json.Text("phase") ?? "waiting";

    public long Attempt => Json.Number("attempt") ?? 1;

    public long? RowsPerSecond => Json.Number("rowsPerSecond");

    public long? RowEstimate => Json.Number("rowEstimate");

    public DateTimeOffset? StartedAt => Json.Time("startedAt");

    public DateTimeOffset? EndedAt => Json.Time("endedAt");

    public TimeSpan? Took => EndedAt - StartedAt;

    /// <summary>Nothing more happens unless a person acts.</summary>
    public bool IsOver => State is "succeeded" or "failed" or "cancelled" or "discarded" or "held";

    public long Count(string name) => Json.Member("counts")?.Number(name) ?? 0;

    /// <summary>How a verb that waited for this run ends.</summary>
    public ExitCode ExitCode => State switch
    {
        "succeeded" when Count("rejected") > 0 => ExitCode.Partial,
        "held" => ExitCode.Conflict,
        "failed" or "cancelled" or "discarded" => ExitCode.Failed,
        _ => ExitCode.Ok,
    };
}
