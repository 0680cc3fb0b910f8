using System.Runtime.CompilerServices;

namespace Exchange.Cli;

/// <summary>Looks at a run again and again until it is over. A hub that is away for a short while is waited for.</summary>
static class RunWatch
{
    static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(400);
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <exception cref="CliException">The hub stayed away, or forgot the run.</exception>
    public static async IAsyncEnumerable<Run> FollowAsync(CliSession session, string id, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var lastSeen = session.TimeProvider.GetTimestamp();
        while (true)
        {
            Run? run = null;
            try
            {
                run = new Run(await session.Hub.GetAsync($"runs/{HubClient.Segment(id)}", cancellationToken));
                lastSeen = session.TimeProvider.GetTimestamp();
            }
            catch (CliException error) when (error.Code == ExitCode.Unreachable && session.TimeProvider.GetElapsedTime(lastSeen) < Patience)
            {
                // The run does not depend on this connection: ask again.
            }
            if (run is not null)
                yield return run;
            if (run is { IsOver: true })
                yield break;
            await Task.Delay(Interval, session.TimeProvider, cancellationToken);
        }
    }
}
