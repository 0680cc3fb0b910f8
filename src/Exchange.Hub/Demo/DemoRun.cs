using System.Text.Json;
using Exchange.Hub.Demo.City;

namespace Exchange.Hub.Demo;

/// <summary>One run as the API tells of it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Dataset">What was run.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Attempt">Which attempt this is.</param>
/// <param name="Counts">Rows by what became of them.</param>
/// <param name="Reason">Why it is held, retrying or failed; null otherwise.</param>
sealed record DemoRun(string Id, string Dataset, string State, int Attempt, RunCounts Counts, string? Reason)
{
    /// <summary>Nothing more happens to a run in these states unless a person acts.</summary>
    public static readonly IReadOnlyCollection<string> Settled = ["succeeded", "failed", "held", "cancelled", "discarded"];

    public static DemoRun Of(JsonElement run) => new(
        run.GetProperty("id").GetString()!,
        run.GetProperty("dataset").GetString()!,
        run.GetProperty("state").GetString()!,
        run.GetProperty("attempt").GetInt32(),
        run.GetProperty("counts").Deserialize<RunCounts>(JsonSerializerOptions.Web)!,
        Member(run, "hold", "detail") ?? Member(run, "error", "message"));

    static string? Member(JsonElement run, string part, string member) =>
        run.TryGetProperty(part, out var value) && value.ValueKind == JsonValueKind.Object ? value.GetProperty(member).GetString() : null;
}
