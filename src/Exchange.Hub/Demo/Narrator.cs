using System.Globalization;
using Exchange.Hub.Demo.City;

namespace Exchange.Hub.Demo;

/// <summary>What the demo says at the terminal.</summary>
sealed class Narrator(TextWriter output)
{
    const int CountWidth = 10;
    const int NameWidth = 14;
    const int RequestWidth = 18;

    public void Say(string text = "") => output.WriteLine(text);

    public void Chapter(int day, string title)
    {
        output.WriteLine();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Day {day}, {Census.DateOf(day):dddd d MMMM yyyy}: {title}"));
    }

    /// <summary>A chapter that plays on the hub's own days, which end today.</summary>
    public void Chapter(DateOnly day, int daysAgo, string title)
    {
        output.WriteLine();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{day:dddd d MMMM yyyy}, {daysAgo} days ago: {title}"));
    }

    /// <summary>What somebody did to a request or a grant.</summary>
    public void Deed(string request, string deed, string who, string state, string? words)
    {
        output.WriteLine($"  {request,-RequestWidth}{deed,-11}{who,-36}{state}");
        if (words is not null)
            output.WriteLine($"  {"",-RequestWidth}{words}");
    }

    /// <summary>Where every request and grant stands in the end.</summary>
    public void Shared(IReadOnlyList<(string Request, string Dataset, string Consumer, string State, string Grant)> rows, int letters)
    {
        Heading("What was asked for, and what came of it");
        output.WriteLine($"  {"request",-RequestWidth}{"dataset",-NameWidth}{"asked by",-24}{"state",-14}grant");
        foreach (var row in rows)
            output.WriteLine($"  {row.Request,-RequestWidth}{row.Dataset,-NameWidth}{row.Consumer,-24}{row.State,-14}{row.Grant}".TrimEnd());
        output.WriteLine($"  {letters} letters went out to those who had something to do.");
        output.WriteLine();
    }

    public void Ran(DemoRun run)
    {
        var counts = run.Counts;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  {run.Dataset,-NameWidth}{run.State,-11}{counts.Read,8:N0} read: {counts.Added:N0} added, {counts.Updated:N0} updated, {counts.Unchanged:N0} unchanged, {counts.Deleted:N0} deleted, {counts.Filtered:N0} filtered, {counts.Rejected:N0} rejected{(run.Attempt > 1 ? $" (attempt {run.Attempt})" : "")}"));
        if (run.Reason is not null)
            output.WriteLine($"  {"",-NameWidth}{run.Reason}");
    }

    /// <summary>The whole story as one table.</summary>
    public void Summary(IReadOnlyList<(int Day, DemoRun Run)> runs)
    {
        Heading("What was read and published");
        output.WriteLine($"  day  {"dataset",-NameWidth}{"outcome",-11}" + string.Concat(Columns.Select(column => Right(column.Title))));
        foreach (var (day, run) in runs)
            output.WriteLine($"  {day,3}  {run.Dataset,-NameWidth}{Outcome(run),-11}" + string.Concat(Columns.Select(column => Right(Number(column.Count(run.Counts))))));
        output.WriteLine($"       {"in all",-NameWidth}{"",-11}" + string.Concat(Columns.Select(column => Right(Number(runs.Sum(each => column.Count(each.Run.Counts)))))));
    }

    /// <summary>What the datasets hold in the end.</summary>
    public void Holds(IReadOnlyList<(string Dataset, long Publication, long Records)> datasets)
    {
        Heading("What the datasets hold now");
        foreach (var (dataset, publication, records) in datasets)
            output.WriteLine($"  {dataset,-NameWidth}{Right(Number(records))} records, publication {publication}");
    }

    /// <summary>Rejects by reason.</summary>
    public void Rejects(IReadOnlyList<RejectGroup> groups)
    {
        Heading("Why rows were rejected");
        foreach (var group in groups)
            output.WriteLine($"  {Number(group.Count),5}  {group.Code,-20}{group.Field,-22}{WithoutField(group)}");
    }

    /// <summary>What waited, and why.</summary>
    public void Waits(IEnumerable<(int Day, DemoRun Run)> runs)
    {
        Heading("What waited, and why");
        foreach (var (day, run) in runs)
            output.WriteLine($"  day {day}  {run.Dataset,-NameWidth}{run.State,-11}{run.Reason}");
    }

    /// <summary>Whether the story came out as it should.</summary>
    public void Verdict(IReadOnlyList<string> surprises)
    {
        output.WriteLine(surprises.Count == 0 ? "Everything came out as the data says it must." : "The story did not come out as it should:");
        foreach (var surprise in surprises)
            output.WriteLine("  " + surprise);
    }

    void Heading(string title)
    {
        output.WriteLine();
        output.WriteLine(title);
    }

    // Messages begin with the field, which has a column of its own here.
    static string WithoutField(RejectGroup group) => group.Field.Length > 0 ? group.Example.Replace(group.Field + ": ", "", StringComparison.Ordinal) : group.Example;

    static string Outcome(DemoRun run) => run.State == "succeeded" ? "published" : run.State;

    static string Right(string text) => text.PadLeft(CountWidth);

    static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    static readonly (string Title, Func<RunCounts, long> Count)[] Columns =
    [
        ("read", counts => counts.Read), ("added", counts => counts.Added), ("updated", counts => counts.Updated), ("unchanged", counts => counts.Unchanged),
        ("deleted", counts => counts.Deleted), ("filtered", counts => counts.Filtered), ("rejected", counts => counts.Rejected),
    ];
}
