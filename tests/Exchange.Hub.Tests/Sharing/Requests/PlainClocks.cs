namespace Exchange.Hub.Tests.Sharing.Requests;

/// <summary>How long a kind of clock runs, in working days.</summary>
sealed record PlainRule(int Days, int RemindBefore, int Extension);

/// <summary>One clock as the rules want it.</summary>
sealed class PlainClock(string kind, DateTimeOffset startedAt, PlainRule rule)
{
    public string Kind => kind;

    public DateTimeOffset StartedAt => startedAt;

    public PlainRule Rule => rule;

    public int Extension { get; set; }

    public DateOnly DueOn { get; set; }

    public DateTimeOffset DueAt { get; set; }

    public DateTimeOffset RemindAt { get; set; }

    public DateTimeOffset? StoppedAt { get; set; }

    public int Moves { get; set; }

    public bool Reminded { get; set; }

    public bool Escalated { get; set; }

    public bool IsBreached(DateTimeOffset now) => (StoppedAt ?? now) >= DueAt;
}

/// <summary>The clocks of one request, told once more and plainly: at most one runs, and what people hear of it.</summary>
sealed class PlainClocks(bool unconditional, IReadOnlyDictionary<string, PlainRule> rules, SlowCalendar calendar)
{
    string state = "draft";

    /// <summary>All that ever ran, the newest last.</summary>
    public List<PlainClock> All { get; } = [];

    /// <summary>Every reminder and every word on what is overdue: the word, and to whom.</summary>
    public List<string> Letters { get; } = [];

    /// <summary>How often a breach was noticed.</summary>
    public int Escalations { get; private set; }

    public PlainClock? Running => All.SingleOrDefault(clock => clock.StoppedAt is null);

    /// <summary>A deed led to a state.</summary>
    public void Follow(string deed, string to, DateTimeOffset now)
    {
        state = to;
        var kind = to switch
        {
            "submitted" => unconditional ? "unconditional-answer" : "pre-check",
            "under-review" or "extended" => "conditional-answer",
            "approved" or "agreed" or "granted" => "delivery",
            _ => null,
        };
        if (Running is { } running && running.Kind != kind)
            running.StoppedAt = now;
        if (kind is not null && Running is null)
            All.Add(Start(kind, now));
        if (deed == "extend")
        {
            Running!.Extension = Running.Rule.Extension;
            Place(Running, now);
        }
    }

    /// <summary>Days were entered into the calendar.</summary>
    public void CalendarChanged(DateTimeOffset now)
    {
        if (Running is { } running)
            Place(running, now);
    }

    /// <summary>Somebody ended the grant.</summary>
    public void GrantEnded(DateTimeOffset now)
    {
        if (Running is { } running)
            running.StoppedAt = now;
    }

    /// <summary>The hub looks at the time.</summary>
    public void Look(DateTimeOffset now)
    {
        if (Running is not { } clock)
            return;
        if (!clock.Reminded && clock.RemindAt <= now && now < clock.DueAt)
        {
            clock.Reminded = true;
            Letters.AddRange(People.Select(who => $"Reminder {who}"));
        }
        if (!clock.Escalated && clock.DueAt <= now)
        {
            clock.Escalated = true;
            Escalations++;
            Letters.AddRange(People.Select(who => $"Overdue {who}"));
            Letters.Add("Late administrator@hub");
        }
    }

    /// <summary>Those who are to act.</summary>
    string[] People => state switch
    {
        "submitted" => ["administrator@hub"],
        "under-review" or "extended" or "approved" => ["steward@provider"],
        _ => ["it-staff@consumer", "steward@consumer"],
    };

    PlainClock Start(string kind, DateTimeOffset now)
    {
        var rule = rules[kind];
        var clock = new PlainClock(kind, now, rule) { DueOn = calendar.Count(calendar.DayAt(now), rule.Days) };
        clock.DueAt = calendar.BeginningOf(clock.DueOn.AddDays(1));
        clock.RemindAt = calendar.BeginningOf(calendar.Count(clock.DueOn, -rule.RemindBefore));
        return clock;
    }

    /// <summary>Counts anew. Nobody becomes late by it: who is in time has at least the rest of today.</summary>
    void Place(PlainClock clock, DateTimeOffset now)
    {
        var (today, due) = (calendar.DayAt(now), calendar.Count(calendar.DayAt(clock.StartedAt), clock.Rule.Days + clock.Extension));
        if (!clock.IsBreached(now) && due < today)
            due = today;
        if (due != clock.DueOn)
            clock.Moves++;
        clock.DueOn = due;
        clock.DueAt = calendar.BeginningOf(due.AddDays(1));
        clock.RemindAt = calendar.BeginningOf(calendar.Count(due, -clock.Rule.RemindBefore));
        clock.Reminded &= clock.RemindAt <= now;
        clock.Escalated &= clock.DueAt <= now;
    }
}
