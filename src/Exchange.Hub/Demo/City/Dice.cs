namespace Exchange.Hub.Demo.City;

/// <summary>
/// Throws that come out the same on every machine and with every version of .NET, which <see cref="Random"/> does
/// not promise. Each subject (a topic and a number) has its own dice, so that one more throw here changes nothing there.
/// </summary>
sealed class Dice
{
    ulong state;

    public Dice(string topic, long number)
    {
        state = 14695981039346656037; // FNV-1a over the topic, then the number mixed in
        foreach (var c in topic)
            state = (state ^ c) * 1099511628211;
        state = Next() ^ (ulong)number;
        Next();
    }

    /// <summary>A number from 0 up to, not including, <paramref name="bound"/>.</summary>
    public int Below(int bound) => (int)(((UInt128)Next() * (ulong)bound) >> 64);

    /// <summary>True in so many of a thousand throws.</summary>
    public bool Chance(int perMille) => Below(1000) < perMille;

    public T Pick<T>(IReadOnlyList<T> items) => items[Below(items.Count)];

    public DateOnly Day(DateOnly from, DateOnly until) => from.AddDays(Below(until.DayNumber - from.DayNumber));

    // SplitMix64
    ulong Next()
    {
        state += 0x9E3779B97F4A7C15;
        var z = state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
