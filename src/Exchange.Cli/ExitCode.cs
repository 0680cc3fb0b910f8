namespace Exchange.Cli;

/// <summary>How a verb ended, for scripts. The README lists them.</summary>
public enum ExitCode
{
    /// <summary>Everything asked for was done.</summary>
    Ok = 0,

    /// <summary>Something asked for could not be done.</summary>
    Failed = 1,

    /// <summary>The command line was wrong; nothing was tried.</summary>
    Usage = 2,

    /// <summary>The hub does not know who asks, or does not let them.</summary>
    NotAllowed = 3,

    /// <summary>What was named does not exist.</summary>
    NotFound = 4,

    /// <summary>The state of things stands against it: a run is already active, or held for a person.</summary>
    Conflict = 5,

    /// <summary>Done, but rows were rejected.</summary>
    Partial = 6,

    /// <summary>The hub could not be reached, or is not ready.</summary>
    Unreachable = 7,

    /// <summary>Ctrl-C, as shells report it (128 + SIGINT).</summary>
    Interrupted = 130,
}
