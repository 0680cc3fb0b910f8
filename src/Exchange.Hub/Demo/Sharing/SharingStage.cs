using System.Text.Json;
using System.Text.Json.Nodes;

namespace Exchange.Hub.Demo.Sharing;

/// <summary>Does the deeds of the story through the API, each as the side whose turn it is, and tells of them.</summary>
sealed class SharingStage(
    SharingCast cast, SampleFolder samples, DemoClock clock, Func<CancellationToken, Task> upkeep, Narrator narrator, CancellationToken cancellationToken)
{
    static readonly TimeSpan day = TimeSpan.FromDays(1);

    readonly Dictionary<string, DemoRequest> requests = [];

    /// <summary>Every request of the story, the first first.</summary>
    public IReadOnlyCollection<DemoRequest> Requests => requests.Values;

    /// <summary>A request by its purpose.</summary>
    public DemoRequest Request(string name) => requests[name];

    /// <summary>What time it is in the story.</summary>
    public DateTimeOffset Now => clock.GetUtcNow();

    /// <summary>Begins a chapter on the hub's day.</summary>
    public void Chapter(string title) => narrator.Chapter(DateOnly.FromDateTime(Now.UtcDateTime), clock.DaysAgo, title);

    public void Say(string text) => narrator.Say("  " + text);

    /// <summary>Lets days pass. On each the hub does what it otherwise does every minute.</summary>
    public async Task PassAsync(int days)
    {
        for (var passed = 0; passed < days; passed++)
        {
            clock.MoveOn(day);
            await upkeep(cancellationToken);
        }
    }

    /// <summary>Lets all days pass up to the present.</summary>
    public Task CatchUpAsync() => PassAsync(clock.DaysAgo);

    /// <summary>A department writes a request of the samples down.</summary>
    /// <param name="department">Which asks.</param>
    /// <param name="name">Name of the sample.</param>
    /// <param name="period">For how long it asks; null while it does not say.</param>
    /// <param name="edit">What the story changes in the sample.</param>
    public async Task DraftAsync(string department, string name, TimeSpan? period, Action<JsonNode>? edit = null)
    {
        var application = Application(name, period);
        edit?.Invoke(application);
        Told(name, "draft", await cast.Officer(department).PostAsync("requests", application, cancellationToken));
    }

    /// <summary>The department changes what it wrote to what the sample says.</summary>
    public async Task AmendAsync(string name, TimeSpan period)
    {
        var before = Request(name);
        Told(name, "amend", await cast.Officer(before.Consumer).ReplaceAsync($"requests/{before.Id}", Application(name, period), before.Revision, cancellationToken));
    }

    /// <summary>Does deeds that need no words, one after the other.</summary>
    public async Task DoAsync(string name, params IEnumerable<string> deeds)
    {
        foreach (var deed in deeds)
            Told(name, deed, await Side(deed, Request(name)).PostAsync($"requests/{Request(name).Id}/{deed}", cancellationToken));
    }

    /// <summary>Does a deed with words.</summary>
    public async Task SayAsync(string name, string deed, object body) =>
        Told(name, deed, await Side(deed, Request(name)).PostAsync($"requests/{Request(name).Id}/{deed}", body, cancellationToken));

    /// <summary>Does a deed for which a reason is given.</summary>
    public Task SayAsync(string name, string deed, string reason) => SayAsync(name, deed, new { reason });

    /// <summary>Does a verb to the grant of a request, as the provider's steward.</summary>
    public async Task ChangeGrantAsync(string name, string verb, string reason)
    {
        var request = Request(name);
        var grant = await cast.Steward(request.Provider).PostAsync($"grants/{request.Grant}/{verb}", new { reason }, cancellationToken);
        narrator.Deed(name, verb, $"steward of {request.Provider}", grant.GetProperty("state").GetString()!, reason);
    }

    JsonNode Application(string name, TimeSpan? period)
    {
        var application = samples.Request(name);
        if (period is { } length)
            application["terms"]!["until"] = Now + length;
        return application;
    }

    HubClient Side(string deed, DemoRequest request) => deed switch
    {
        "return" or "pre-check" or "uphold" or "overturn" => cast.Administrator,
        "ask" or "extend" or "approve" or "refuse" or "agree" => cast.Steward(request.Provider),
        _ => cast.Officer(request.Consumer),
    };

    void Told(string name, string deed, JsonElement view)
    {
        var request = requests[name] = new DemoRequest(name, view);
        var step = view.GetProperty("history").EnumerateArray().Last();
        narrator.Deed(name, deed, step.GetProperty("name").GetString()!, request.State, request.LastReason);
    }
}
