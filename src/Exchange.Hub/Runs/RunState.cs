namespace Exchange.Hub.Runs;

/// <summary>Where a run stands.</summary>
public enum RunState
{
    /// <summary>Waits for a worker.</summary>
    Queued,

    /// <summary>A worker has it.</summary>
    Running,

    /// <summary>The source was away; the run waits for its next attempt.</summary>
    Retrying,

    /// <summary>Nothing was published: a person must decide.</summary>
    Held,

    /// <summary>Published, or found nothing to publish.</summary>
    Succeeded,

    /// <summary>Nothing was published.</summary>
    Failed,

    /// <summary>Stopped by a person before it published.</summary>
    Cancelled,

    /// <summary>Was held, and a person or a later run decided against it.</summary>
    Discarded,
}

/// <summary>The transition table of <see cref="RunState"/>.</summary>
public static class RunStates
{
    static readonly Dictionary<RunState, RunState[]> transitions = new()
    {
        [RunState.Queued] = [RunState.Running, RunState.Cancelled],
        [RunState.Running] = [RunState.Queued, RunState.Retrying, RunState.Held, RunState.Succeeded, RunState.Failed, RunState.Cancelled],
        [RunState.Retrying] = [RunState.Running, RunState.Cancelled],
        [RunState.Held] = [RunState.Succeeded, RunState.Discarded],
        [RunState.Succeeded] = [],
        [RunState.Failed] = [],
        [RunState.Cancelled] = [],
        [RunState.Discarded] = [],
    };

    /// <summary>True when a run may go from one state to the other.</summary>
    public static bool CanBecome(this RunState from, RunState to) => transitions[from].Contains(to);

    /// <summary>The states from which a run may become this one, as stored.</summary>
    public static string[] Before(RunState to) => [.. transitions.Where(t => t.Value.Contains(to)).Select(t => t.Key.Stored())];

    /// <summary>True when nothing more will happen to the run.</summary>
    public static bool IsFinal(this RunState state) => transitions[state].Length == 0;

    /// <summary>The state as the database and the API spell it.</summary>
    public static string Stored(this RunState state) => state.ToString().ToLowerInvariant();

    /// <summary>The state that the database spells so.</summary>
    public static RunState Parse(string stored) => Enum.Parse<RunState>(stored, ignoreCase: true);
}
