namespace Exchange.Hub.Demo.City;

/// <summary>How much of a register moves in a day, in thousandths.</summary>
readonly record struct Pace(int Changed, int Gone, int New);

/// <summary>What one day changed in a register, in published records.</summary>
readonly record struct Difference(int Added, int Updated, int Unchanged, int Deleted);

/// <summary>
/// One register of the city as it truly stands on each day. An entry is founded on its first day and then changes or
/// disappears by its own dice, so that any day can be computed without having written the days before.
/// </summary>
/// <param name="topic">Names the dice.</param>
/// <param name="initial">Numbers on day 1.</param>
/// <param name="pace">Movement from day 2 on.</param>
/// <param name="found">Makes entry number n; null when there is no such entry.</param>
/// <param name="change">Changes an entry so that its published record differs from every earlier one.</param>
/// <param name="key">The published key.</param>
sealed class Register<T>(string topic, int initial, Pace pace, Func<int, T?> found, Func<T, Dice, DateOnly, T> change, Func<T, string> key)
    where T : class
{
    /// <summary>The entries of one day, oldest first.</summary>
    public IReadOnlyList<T> On(int day) =>
        day < 1 ? [] : [.. Enumerable.Range(0, Founded(day)).Select(number => Find(number, day)).OfType<T>()];

    /// <summary>What a hub that published <paramref name="before"/> publishes when it reads <paramref name="now"/>.</summary>
    public Difference Compare(IEnumerable<T> before, IEnumerable<T> now)
    {
        var old = before.ToDictionary(key);
        int added = 0, updated = 0, unchanged = 0;
        foreach (var entry in now)
        {
            if (!old.Remove(key(entry), out var earlier))
                added++;
            else if (entry.Equals(earlier))
                unchanged++;
            else
                updated++;
        }
        return new Difference(added, updated, unchanged, old.Count);
    }

    int NewPerDay => Math.Max(1, initial * pace.New / 1000);

    int Founded(int day) => initial + ((day - 1) * NewPerDay);

    T? Find(int number, int day)
    {
        var firstDay = number < initial ? 1 : 2 + ((number - initial) / NewPerDay);
        var entry = found(number);
        for (var today = firstDay + 1; today <= day && entry is not null; today++)
        {
            var dice = new Dice(topic, (number * 10_000L) + today);
            if (dice.Chance(pace.Gone))
                return null;
            if (dice.Chance(pace.Changed))
                entry = change(entry, dice, Census.DateOf(today));
        }
        return entry;
    }
}
