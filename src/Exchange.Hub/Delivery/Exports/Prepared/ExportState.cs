namespace Exchange.Hub.Delivery.Exports.Prepared;

/// <summary>Where a prepared export stands.</summary>
public enum ExportState
{
    /// <summary>Waits for a worker.</summary>
    Waiting,

    /// <summary>A worker has it.</summary>
    Writing,

    /// <summary>The file can be fetched.</summary>
    Ready,

    /// <summary>There is no file, and there will be none.</summary>
    Failed,

    /// <summary>There was a file; its time, or the grant that it was made under, is over.</summary>
    Expired,
}

/// <summary>The transition table of <see cref="ExportState"/>.</summary>
public static class ExportStates
{
    static readonly Dictionary<ExportState, ExportState[]> transitions = new()
    {
        [ExportState.Waiting] = [ExportState.Writing],
        [ExportState.Writing] = [ExportState.Waiting, ExportState.Writing, ExportState.Ready, ExportState.Failed],
        [ExportState.Ready] = [ExportState.Expired],
        [ExportState.Failed] = [],
        [ExportState.Expired] = [],
    };

    /// <summary>True when an export may go from one state to the other.</summary>
    public static bool CanBecome(this ExportState from, ExportState to) => transitions[from].Contains(to);

    /// <summary>The states from which an export may become this one, as stored.</summary>
    public static string[] Before(ExportState to) => [.. transitions.Where(t => t.Value.Contains(to)).Select(t => t.Key.Stored())];

    /// <summary>The state as the database and the API spell it.</summary>
    public static string Stored(this ExportState state) => state.ToString().ToLowerInvariant();

    /// <summary>The state that the database spells so.</summary>
    public static ExportState Parse(string stored) => Enum.Parse<ExportState>(stored, ignoreCase: true);
}
