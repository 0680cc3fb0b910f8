using System.Text.Json;

namespace Exchange.Cli.Output;

/// <summary>Records side by side: one column for each member that any of them has, nested values as JSON.</summary>
static class RecordTable
{
    /// <param name="screen">Where to.</param>
    /// <param name="keyTitle">What the keys are; their column is left out where a member says the same.</param>
    /// <param name="records">Key and record; no record for one that is gone.</param>
    public static void Write(Screen screen, string keyTitle, IReadOnlyList<(string Key, JsonElement? Record)> records)
    {
        var members = records
            .SelectMany(item => item.Record is { ValueKind: JsonValueKind.Object } record ? record.EnumerateObject().Select(member => member.Name) : [])
            .Distinct().ToList();
        var numbers = members.Where(member => records.All(item => item.Record?.Member(member) is null or { ValueKind: JsonValueKind.Number })).ToHashSet();
        var showKey = !members.Exists(member => records.All(item => item.Record?.Text(member) == item.Key));
        var table = new TextTable([
            .. showKey ? [new Column(keyTitle, Fit.Clip)] : Array.Empty<Column>(),
            .. members.Select(member => new Column(member, Fit.Clip, Right: numbers.Contains(member)))]);
        foreach (var (key, record) in records)
        {
            var cells = members.Select(member => (Cell)record?.Text(member));
            table.Add(showKey ? [key, .. cells] : [.. cells]);
        }
        table.WriteTo(screen);
    }
}
