using System.Text.Json;

namespace Exchange.Cli.Verbs;

/// <summary>Finds the request or the grant that a person means by the end of its id.</summary>
static class SharingLookup
{
    const int Searched = 1000;

    /// <returns>The whole id.</returns>
    /// <exception cref="CliException">There is none, or more than one.</exception>
    public static async Task<string> FindAsync(HubClient hub, string list, string what, string text, CancellationToken cancellationToken)
    {
        if (Guid.TryParse(text, out var id))
            return id.ToString();
        var items = (await hub.GetAsync(HubClient.Query(list, ("limit", Searched)), cancellationToken)).Items("items");
        return ShortId.Find(items, text, what).Text("id")!;
    }

    /// <summary>What a task or a clock is about, for people: <c>request 1b2c3d4e</c>.</summary>
    public static string About(string subject) => subject.Split(':') is [var kind, var id] ? $"{kind} {ShortId.Of(id)}" : subject;

    /// <summary>The members of an object on lines of their own, as <c>name  value</c>.</summary>
    public static void Write(CliSession session, JsonElement item, params IEnumerable<string> names)
    {
        foreach (var name in names)
        {
            if (item.Text(name) is { Length: > 0 } value)
                session.Out.Line($"[dim]{name.PadRight(10)}[/] {value}");
        }
    }
}
