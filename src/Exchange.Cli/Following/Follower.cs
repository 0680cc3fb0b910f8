using System.Text.Json;
using Exchange.Cli.Output;

namespace Exchange.Cli.Following;

/// <summary>Brings a copy to where the hub stands, and keeps it there.</summary>
/// <param name="session">The command line.</param>
/// <param name="dataset">Its name.</param>
/// <param name="target">What <c>--to</c> said, for messages.</param>
/// <param name="copy">The copy.</param>
sealed class Follower(CliSession session, string dataset, string target, ICopy copy)
{
    const int PageSize = 1000;
    const int WaitSeconds = 30;
    static readonly TimeSpan longestPause = TimeSpan.FromMinutes(1);

    /// <summary>The hub says so when a cursor is of no use any more, and a snapshot must be read again.</summary>
    static readonly string[] beginAgain = ["cursor-expired", "grant-changed"];

    /// <summary>Follows until the copy has all that there is.</summary>
    public async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        while (!await StepAsync(wait: false, cancellationToken))
        {
        }
    }

    /// <summary>Follows until it is interrupted. A hub that is away is waited for.</summary>
    public async Task FollowAsync(CancellationToken cancellationToken)
    {
        var failures = 0;
        var caughtUp = false;
        while (true)
        {
            try
            {
                caughtUp = await StepAsync(wait: caughtUp, cancellationToken);
                failures = 0;
            }
            catch (CliException error) when (error.Code == ExitCode.Unreachable || error.RetryAfter is not null)
            {
                if (failures++ == 0)
                    session.Hint($"{error.Message} [dim]Trying again.[/]");
                await Task.Delay(Pause(error, failures), session.TimeProvider, cancellationToken);
            }
        }
    }

    /// <summary>One page; whether the copy has all that there is.</summary>
    async Task<bool> StepAsync(bool wait, CancellationToken cancellationToken)
    {
        JsonElement page;
        try
        {
            page = await session.Hub.GetAsync(
                HubClient.Query($"datasets/{HubClient.Segment(dataset)}/changes", ("cursor", copy.State.Cursor), ("limit", PageSize), ("wait", wait ? WaitSeconds : null)), cancellationToken);
        }
        catch (CliException error) when (copy.State.Cursor is not null && beginAgain.Contains(error.Problem))
        {
            session.Hint($"{error.Message} [dim]Reading everything again.[/]");
            await ToCopyAsync(() => copy.BeginAgainAsync(cancellationToken));
            return false;
        }
        var whole = !page.Flag("more");
        var changes = page.Items("items").Select(Read).ToList();
        var next = page.Text("next")!;
        if (next != copy.State.Cursor || !copy.State.Whole)
            await ToCopyAsync(() => copy.ApplyAsync(changes, next, whole, cancellationToken));
        if (whole && changes.Count > 0)
            session.Hint($"{dataset}: {Words.Count(await copy.CountAsync(cancellationToken), "record")} [dim]in {target}[/]");
        return whole;
    }

    async Task ToCopyAsync(Func<Task> write)
    {
        try
        {
            await write();
        }
        catch (Exception error) when (CopyTarget.IsOfTheTarget(error))
        {
            throw CopyTarget.Broken(target, error);
        }
    }

    static Change Read(JsonElement item) =>
        new(item.Text("key")!, item.Text("op") == "delete" ? null : item.GetProperty("record").GetRawText());

    static TimeSpan Pause(CliException error, int failures)
    {
        var pause = TimeSpan.FromSeconds(Math.Min(longestPause.TotalSeconds, Math.Pow(2, failures - 1)));
        return error.RetryAfter > pause ? error.RetryAfter.Value : pause;
    }
}
