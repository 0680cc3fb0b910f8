using System.Text.Json;

namespace Exchange.Hub.Demo.Sharing;

/// <summary>One request of the story, as the API told of it last.</summary>
/// <param name="Name">Its purpose, by which the story calls it.</param>
sealed record DemoRequest(string Name, JsonElement View)
{
    JsonElement Request => View.GetProperty("request");

    public string Id => Request.GetProperty("id").GetString()!;

    public string Dataset => Request.GetProperty("dataset").GetString()!;

    public string Provider => Request.GetProperty("provider").GetString()!;

    public string Consumer => Request.GetProperty("consumer").GetString()!;

    public string State => Request.GetProperty("state").GetString()!;

    public int Revision => Request.GetProperty("revision").GetInt32();

    /// <summary>The terms as they were submitted.</summary>
    public JsonElement Asked => Request.GetProperty("asked");

    /// <summary>The grant that came out; null before.</summary>
    public string? Grant => Request.GetProperty("grant").GetString();

    /// <summary>The words of the last step.</summary>
    public string? LastReason => View.GetProperty("history").EnumerateArray().Last().GetProperty("reason").GetString();
}
