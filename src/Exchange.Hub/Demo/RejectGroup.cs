using System.Text.Json;

namespace Exchange.Hub.Demo;

/// <summary>Rejects of one reason, with one of their messages.</summary>
sealed record RejectGroup(string Code, string Field, long Count, string Example)
{
    /// <summary>The groups of a page of rejects, the largest first.</summary>
    public static IEnumerable<RejectGroup> Of(JsonElement page)
    {
        var messages = page.GetProperty("items").EnumerateArray().ToLookup(Reason, reject => reject.GetProperty("message").ToString());
        return page.GetProperty("groups").EnumerateArray()
            .Select(group => new RejectGroup(Reason(group).Code, Reason(group).Field, group.GetProperty("count").GetInt64(), messages[Reason(group)].FirstOrDefault("")))
            .OrderByDescending(group => group.Count);
    }

    static (string Code, string Field) Reason(JsonElement element) => (element.GetProperty("code").ToString(), element.GetProperty("field").ToString());
}
