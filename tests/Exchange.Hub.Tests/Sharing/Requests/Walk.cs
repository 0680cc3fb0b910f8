using CsCheck;

namespace Exchange.Hub.Tests.Sharing.Requests;

/// <summary>Something that happens on a walk.</summary>
abstract record Step;

/// <summary>Somebody does something, whether it is their turn or not.</summary>
sealed record Deed(string By, string Name) : Step;

/// <summary>Time passes.</summary>
sealed record Wait(TimeSpan For) : Step;

/// <summary>Time passes till a reminder of the clock that runs, or till it is due; or till the second before.</summary>
sealed record WaitUntil(bool Due, bool Reached) : Step;

/// <summary>An administrator enters days, counted from today, into the calendar.</summary>
sealed record EnterDays(IReadOnlyList<(int Ahead, bool Worked)> Days) : Step;

/// <summary>Where and when a walk takes place, and what happens on it.</summary>
/// <param name="Pace">Time between the deeds that lead to the end at last.</param>
sealed record Walk(
    string Sharing, string Zone, DayOfWeek[] Weekend, DateTimeOffset Start, EnterDays Calendar, IReadOnlyDictionary<string, PlainRule> Rules, TimeSpan Pace, Step[] Steps)
{
    public const string WhoseTurnItIs = "whose turn it is";

    /// <summary>Deeds that end a request without a grant.</summary>
    static readonly string[] Ending = ["withdraw", "uphold"];

    static readonly string[] Deeds = ["amend", "submit", "return", "ask", "answer", "pre-check", "extend", "approve", "refuse", "agree", "verify", "appeal", "overturn"];

    static readonly Gen<string> AnySharing = Gen.Frequency((4, Gen.Const("conditional")), (1, Gen.Const("unconditional")), (1, Gen.Const("not-shared")));

    /// <summary>Some change their clocks at midnight, so that days begin at one or midnight comes twice, and one by half an hour.</summary>
    static readonly Gen<string> AnyZone = Gen.OneOfConst(
        "Europe/Berlin", "America/New_York", "America/Havana", "Asia/Beirut", "Africa/Cairo", "America/Santiago", "Australia/Lord_Howe", "Asia/Shanghai");

    static readonly Gen<DayOfWeek[]> AnyWeekend = Gen.OneOfConst<DayOfWeek[]>(
        [DayOfWeek.Saturday, DayOfWeek.Sunday], [DayOfWeek.Friday, DayOfWeek.Saturday], [DayOfWeek.Sunday], []);

    /// <summary>Half of the walks begin shortly before clocks are changed somewhere.</summary>
    static readonly Gen<DateTimeOffset> AnyStart = Gen.Select(Gen.OneOfConst(3, 9, 10, 11, 1, 2, 6, 12), Gen.Int[2023, 2026], Gen.Int[0, 27], Gen.Int[0, 86_399])
        .Select((month, year, day, second) => new DateTimeOffset(year, month, 1, 0, 0, 0, TimeSpan.Zero).AddDays(day).AddSeconds(second));

    static readonly Gen<EnterDays> AnyDays = Gen.Select(Gen.Int[-3, 30], Gen.Bool).Array[1, 6].Select(days => new EnterDays([.. days.DistinctBy(day => day.Item1)]));

    static readonly Gen<IReadOnlyDictionary<string, PlainRule>> AnyRules = Gen.Select(AnyRule(4), AnyRule(3), AnyRule(12), AnyRule(20))
        .Select((a, b, c, d) => (IReadOnlyDictionary<string, PlainRule>)new Dictionary<string, PlainRule>
        {
            ["pre-check"] = a,
            ["unconditional-answer"] = b,
            ["conditional-answer"] = c,
            ["delivery"] = d,
        });

    static readonly Gen<TimeSpan> AnyTime = Gen.Frequency((3, Seconds(0, 1)), (3, Seconds(1, 6)), (1, Seconds(30, 90)));

    /// <summary>Walks on which anything happens, also that somebody ends the request.</summary>
    public static Gen<Walk> Any { get; } = AnyAmong([.. Deeds, .. Ending]);

    /// <summary>Walks on which nobody ends the request: from wherever they lead, the way to a grant is open.</summary>
    public static Gen<Walk> Unended { get; } = AnyAmong(Deeds);

    static Gen<Walk> AnyAmong(string[] deeds) => Gen.Select(AnySharing, AnyZone, AnyWeekend, AnyStart, AnyDays, AnyRules, AnyTime, AnyStep(deeds).Array[8, 22])
        .Select((sharing, zone, weekend, start, days, rules, pace, steps) => new Walk(sharing, zone, weekend, start, days, rules, pace, steps));

    /// <summary>Deeds that get somewhere stand there more often, or few walks would get far.</summary>
    static Gen<Step> AnyStep(string[] deeds)
    {
        var actor = Gen.Frequency((6, Gen.Const(WhoseTurnItIs)), (1, Gen.OneOfConst("requester", "administrator", "steward", "own administrator", "stranger")));
        var deed = Gen.Frequency((1, Gen.OneOfConst(deeds)), (2, Gen.OneOfConst("submit", "pre-check", "extend", "approve", "agree", "verify", "refuse", "appeal", "overturn")));
        return Gen.Frequency(
            (6, Gen.Select(actor, deed).Select((by, name) => (Step)new Deed(by, name))),
            (2, AnyTime.Select(time => (Step)new Wait(time))),
            (2, Gen.Select(Gen.Bool, Gen.Bool).Select((due, reached) => (Step)new WaitUntil(due, reached))),
            (1, AnyDays.Select(days => (Step)days)));
    }

    static Gen<PlainRule> AnyRule(int longest) => Gen.Select(Gen.Int[1, longest], Gen.Int[0, 3], Gen.Int[1, 10])
        .Select((days, remind, extension) => new PlainRule(days, Math.Min(remind, days - 1), extension));

    static Gen<TimeSpan> Seconds(int fromDay, int toDay) => Gen.Int[fromDay * 86_400, toDay * 86_400].Select(seconds => TimeSpan.FromSeconds(seconds));
}
