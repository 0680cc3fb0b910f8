namespace Exchange.Hub.Sharing.Corrections;

/// <summary>Where the word stands that a record is wrong.</summary>
public enum CorrectionState
{
    /// <summary>Somebody who reads the record has said so.</summary>
    Raised,

    /// <summary>The provider looks into it, or has confirmed it and corrects its source.</summary>
    Verifying,

    /// <summary>A publication has changed what was said to be wrong.</summary>
    Fixed,

    /// <summary>The provider says that the record is right, and why.</summary>
    Rejected,
}

/// <summary>The transition table of <see cref="CorrectionState"/>.</summary>
public static class CorrectionStates
{
    static readonly Dictionary<CorrectionState, CorrectionState[]> transitions = new()
    {
        [CorrectionState.Raised] = [CorrectionState.Verifying],
        [CorrectionState.Verifying] = [CorrectionState.Fixed, CorrectionState.Rejected],
        [CorrectionState.Fixed] = [],
        [CorrectionState.Rejected] = [],
    };

    /// <summary>True when a correction may go from one state to the other.</summary>
    public static bool CanBecome(this CorrectionState from, CorrectionState to) => transitions[from].Contains(to);

    /// <summary>The state as the database and the API spell it.</summary>
    public static string Stored(this CorrectionState state) => state.ToString().ToLowerInvariant();

    /// <summary>The state that the database spells so.</summary>
    public static CorrectionState Parse(string stored) => Enum.Parse<CorrectionState>(stored, ignoreCase: true);
}
