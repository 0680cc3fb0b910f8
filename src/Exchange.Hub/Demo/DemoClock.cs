namespace Exchange.Hub.Demo;

/// <summary>
/// The clock of the demo's hub. It begins some days behind the real one and is moved on by the story, so that what takes
/// weeks can be told in a minute and the story ends in the present.
/// </summary>
/// <param name="real">The real clock.</param>
/// <param name="behind">How far behind it begins.</param>
sealed class DemoClock(TimeProvider real, TimeSpan behind) : TimeProvider
{
    long behindTicks = behind.Ticks;

    /// <summary>Days that the story still lies behind the present.</summary>
    public int DaysAgo => (int)Math.Round(TimeSpan.FromTicks(Interlocked.Read(ref behindTicks)).TotalDays);

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => real.LocalTimeZone;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => real.GetUtcNow() - TimeSpan.FromTicks(Interlocked.Read(ref behindTicks));

    /// <summary>Moves the clock on, never past the present.</summary>
    public void MoveOn(TimeSpan time) => Interlocked.Exchange(ref behindTicks, Math.Max(0, Interlocked.Read(ref behindTicks) - time.Ticks));
}
