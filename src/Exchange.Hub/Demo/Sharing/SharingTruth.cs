using System.Text.Json;
using Exchange.Hub.Demo.City;

namespace Exchange.Hub.Demo.Sharing;

/// <summary>Holds what the sharing story has come to beside what it must have come to.</summary>
sealed class SharingTruth(SharingStory story, SharingStage stage, SharingCast cast, CityStory city, Postbox postbox, List<string> surprises, CancellationToken cancellationToken)
{
    /// <summary>Where each request must stand in the end, and its grant.</summary>
    static readonly (string Request, string State, string? Grant)[] ends =
    [
        ("name-change", "under-review", null), ("branch-register", "granted", "suspended"), ("employer-check", "granted", "revoked"), ("address-check", "granted", "expired"),
        ("wage-audit", "refused", null), ("benefit-check", "granted", "active"), ("marriage-check", "extended", null), ("care-leave", "upheld", null),
        ("survivor-pension", "approved", null), ("workplace-survey", "withdrawn", null), ("licence-holders", "draft", null),
    ];

    const int MostLooks = 50;
    static readonly TimeSpan look = TimeSpan.FromMilliseconds(200);

    /// <summary>What was compared, for the summary.</summary>
    public List<(string Request, string Dataset, string Consumer, string State, string Grant)> Rows { get; } = [];

    /// <summary>Looks at everything.</summary>
    public async Task CompareAsync()
    {
        await RequestsAsync();
        await OverdueAsync();
        await CorrectionAsync();
        await ReadingAsync();
    }

    async Task RequestsAsync()
    {
        foreach (var (name, state, grant) in ends)
        {
            var request = stage.Request(name);
            var now = (await cast.Officer(request.Consumer).GetAsync($"requests/{request.Id}", cancellationToken)).GetProperty("request");
            var grantState = request.Grant is null ? null : await StateAsync($"grants/{request.Grant}");
            Check(now.GetProperty("state").GetString() == state, $"request {name} should be {state} but is {now.GetProperty("state")}");
            Check(grantState == grant, $"the grant of {name} should be {grant ?? "none"} but is {grantState ?? "none"}");
            Rows.Add((name, request.Dataset, request.Consumer, now.GetProperty("state").GetString()!, grantState ?? ""));
        }
        foreach (var state in ends.Where(end => end.State != "draft").GroupBy(end => end.State))
            Check(await CountAsync($"requests?state={state.Key}") == state.Count(), $"{state.Count()} requests should be {state.Key}");
        foreach (var state in ends.Where(end => end.Grant is not null).GroupBy(end => end.Grant))
            Check(await CountAsync($"grants?state={state.Key}") == state.Count(), $"{state.Count()} grants should be {state.Key}");
        var refusal = stage.Request("wage-audit").LastReason ?? "";
        Check(refusal.Contains("section 81", StringComparison.Ordinal), $"the refusal of wage-audit should cite the stored law but says: {refusal}");
    }

    /// <summary>One clock is breached; the administrators have a task, everybody a letter, and nothing was approved by it.</summary>
    async Task OverdueAsync()
    {
        var late = stage.Request("name-change");
        var breached = Items(await cast.Administrator.GetAsync("clocks?breached=true", cancellationToken));
        Check(breached is [var clock] && Text(clock, "subject") == $"request:{late.Id}" && Text(clock, "kind") == "conditional-answer", $"one clock should be overdue, not {breached.Count}");
        var escalated = Items(await cast.Administrator.GetAsync("tasks", cancellationToken)).Where(task => Text(task, "kind") == "overdue-conditional-answer").ToList();
        Check(escalated is [var task] && Text(task, "subject") == $"request:{late.Id}", "the administrators should have one task about what is overdue");
        var waiting = Items(await cast.Steward(late.Provider).GetAsync("tasks", cancellationToken));
        Check(waiting.Any(task => Text(task, "subject") == $"request:{late.Id}" && Text(task, "kind") == "decide-request"), "the steward should still have the task to decide");
        for (var looks = 0; looks < MostLooks && await CountAsync("mail") > 0; looks++) // the hub's own minute may be sending still
            await Task.Delay(look, TimeProvider.System, cancellationToken);
        Check(await CountAsync("mail") == 0, "every letter should have been sent");
        foreach (var (to, begin) in new[] { ($"steward@{late.Provider}.example", "Reminder: "), ($"steward@{late.Provider}.example", "Overdue: "), ("hub@mingwan.example", $"{late.Provider} has not acted in time") })
            Check(postbox.Letters.Count(letter => letter.To == to && letter.Subject.StartsWith(begin, StringComparison.Ordinal)) == 1, $"one letter to {to} should begin with \"{begin}\"");
    }

    async Task CorrectionAsync()
    {
        var publication = (await cast.Administrator.GetAsync("datasets/companies", cancellationToken)).GetProperty("publication").GetProperty("number").GetInt64();
        var correction = await cast.Officer("civil-affairs").GetAsync($"corrections/{story.Correction}", cancellationToken);
        Check(Text(correction, "state") == "fixed" && correction.GetProperty("fixedIn").GetInt64() == publication, $"publication {publication} should have closed the correction, which is {Text(correction, "state")}");
    }

    /// <summary>What the system sees is what its grant says of what the register holds; the others see nothing.</summary>
    async Task ReadingAsync()
    {
        var system = await cast.SignInAsync(story.System.ClientId, story.System.Secret, cancellationToken);
        var records = await system.StreamAsync("datasets/residents/records", cancellationToken);
        var expected = city.Residents.RegisteredIn(SharingStory.District, DemoStory.LastDay);
        Check(records.Count == expected, $"the system should see the {expected} residents of {SharingStory.District.Name}, not {records.Count}");
        Check(records.All(IsAsGranted), "the system should see names and years of birth in its district and nothing else");
        Check(await system.RefusalAsync("datasets/residents/records?bornOn=1960-01-01", cancellationToken) is not null, "a masked field should not be filterable");
        foreach (var (name, _, grant) in ends.Where(end => end.Grant is not null and not "active"))
        {
            var code = await cast.Officer(stage.Request(name).Consumer).RefusalAsync("datasets/companies/records", cancellationToken);
            Check(code == $"grant-{grant}", $"reading for {name} should be refused as grant-{grant}, not {code}");
        }
        var uses = Items(await cast.Steward("resident-registration").GetAsync($"datasets/residents/use?grant={stage.Request("benefit-check").Grant}", cancellationToken));
        Check(uses.Any(use => use.GetProperty("records").GetInt64() == expected), "the register should see that the system has read");
    }

    static bool IsAsGranted(JsonElement record) =>
        record.EnumerateObject().Select(member => member.Name).SequenceEqual(["bornOn", "division", "name", "residentId"])
        && record.GetProperty("bornOn").ToString().Length == 4 && Text(record, "division") == SharingStory.District.Code;

    async Task<string?> StateAsync(string path) => Text(await cast.Administrator.GetAsync(path, cancellationToken), "state");

    async Task<int> CountAsync(string path) => Items(await cast.Administrator.GetAsync(path, cancellationToken)).Count;

    static List<JsonElement> Items(JsonElement page) => [.. page.GetProperty("items").EnumerateArray()];

    static string? Text(JsonElement element, string member) => element.GetProperty(member).GetString();

    void Check(bool holds, string surprise)
    {
        if (!holds)
            surprises.Add(surprise);
    }
}
