using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace Exchange.Cli.Output;

/// <summary>Numbers, times and states as a person reads them.</summary>
static class Words
{
    /// <summary>1,234,567</summary>
    public static string Count(long? number) => number?.ToString("N0", CultureInfo.InvariantCulture) ?? "";

    /// <summary>"1 row", "2 rows".</summary>
    public static string Count(long number, string one, string? many = null) => $"{Count(number)} {(number == 1 ? one : many ?? one + "s")}";

    /// <summary>Local time to the second.</summary>
    public static string Time(DateTimeOffset? time, TimeProvider clock) =>
        time is { } at ? TimeZoneInfo.ConvertTime(at, clock.LocalTimeZone).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) : "";

    /// <summary>Local time for lists, where room is short: month, day and minute, or the date of another year.</summary>
    public static string ShortTime(DateTimeOffset? time, TimeProvider clock)
    {
        if (time is null)
            return "";
        var local = TimeZoneInfo.ConvertTime(time.Value, clock.LocalTimeZone);
        return local.ToString(local.Year == clock.GetLocalNow().Year ? "MM-dd HH:mm" : "yyyy-MM-dd", CultureInfo.InvariantCulture);
    }

    /// <summary>0.4 s, 12 s, 3 min 20 s, 2 h 05 min</summary>
    public static string Span(TimeSpan? span) => span switch
    {
        null => "",
        { TotalSeconds: < 10 } short_ => short_.TotalSeconds.ToString("0.0 s", CultureInfo.InvariantCulture),
        { TotalMinutes: < 1 } seconds => $"{seconds.Seconds} s",
        { TotalHours: < 1 } minutes => $"{minutes.Minutes} min {minutes.Seconds:00} s",
        { } hours => $"{(int)hours.TotalHours} h {hours.Minutes:00} min",
    };

    /// <summary>The text in the user's language (<c>LANG</c>), then English, then any.</summary>
    public static string Title(JsonElement? title, Func<string, string?> environment)
    {
        if (title is not { ValueKind: JsonValueKind.Object } texts)
            return title?.AsText() ?? "";
        var language = (environment("LC_ALL") ?? environment("LANG") ?? "en").Split('_', '.', '-')[0];
        return texts.Text(language) ?? texts.Text("en") ?? texts.EnumerateObject().Select(text => text.Value.AsText()).FirstOrDefault() ?? "";
    }

    /// <summary>Colour of a state or an outcome, in Spectre's words.</summary>
    public static string StateColour(string? state) => state switch
    {
        "succeeded" or "ready" or "passed" => "green",
        "failed" => "red",
        "held" or "retrying" => "yellow",
        "running" or "queued" => "aqua",
        _ => "default",
    };

    public static Cell StateCell(string? state) => new(state ?? "", Style.Parse(StateColour(state)));
}
