namespace Exchange.Hub.Sharing.Grants;

/// <summary>Where a grant stands.</summary>
public enum GrantState
{
    /// <summary>May be used between its from and its until.</summary>
    Active,

    /// <summary>Set aside by the provider; nothing leaves under it until it is resumed.</summary>
    Suspended,

    /// <summary>Its time is over.</summary>
    Expired,

    /// <summary>Taken back, for a reason.</summary>
    Revoked,

    /// <summary>The consumer has what it asked for.</summary>
    Completed,
}

/// <summary>The transition table of <see cref="GrantState"/>.</summary>
public static class GrantStates
{
    static readonly Dictionary<GrantState, GrantState[]> transitions = new()
    {
        [GrantState.Active] = [GrantState.Suspended, GrantState.Expired, GrantState.Revoked, GrantState.Completed],
        [GrantState.Suspended] = [GrantState.Active, GrantState.Expired, GrantState.Revoked, GrantState.Completed],
        [GrantState.Expired] = [],
        [GrantState.Revoked] = [],
        [GrantState.Completed] = [],
    };

    /// <summary>True when a grant may go from one state to the other.</summary>
    public static bool CanBecome(this GrantState from, GrantState to) => transitions[from].Contains(to);

    /// <summary>True when nothing more will happen to the grant.</summary>
    public static bool IsFinal(this GrantState state) => transitions[state].Length == 0;

    /// <summary>The state as the database and the API spell it.</summary>
    public static string Stored(this GrantState state) => state.ToString().ToLowerInvariant();

    /// <summary>The state that the database spells so.</summary>
    public static GrantState Parse(string stored) => Enum.Parse<GrantState>(stored, ignoreCase: true);
}
