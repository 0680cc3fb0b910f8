namespace Exchange.Hub.Sharing.Announcements;

/// <summary>Where an announcement stands.</summary>
public enum AnnouncementState
{
    /// <summary>Consumers were told; the dataset has not moved yet.</summary>
    Announced,

    /// <summary>The dataset was declared with the new major version; the old one may be read until its date.</summary>
    Made,

    /// <summary>It will not come.</summary>
    Withdrawn,

    /// <summary>The old major version is read no more.</summary>
    Over,
}

/// <summary>From where an announcement may come to where.</summary>
static class AnnouncementStates
{
    static readonly Dictionary<AnnouncementState, AnnouncementState[]> arrows = new()
    {
        [AnnouncementState.Announced] = [AnnouncementState.Made, AnnouncementState.Withdrawn],
        [AnnouncementState.Made] = [AnnouncementState.Over],
        [AnnouncementState.Withdrawn] = [],
        [AnnouncementState.Over] = [],
    };

    /// <summary>Whether the transition table has this arrow.</summary>
    public static bool CanBecome(this AnnouncementState from, AnnouncementState to) => arrows[from].Contains(to);

    /// <summary>As the database and the API write it.</summary>
    public static string Stored(this AnnouncementState state) => state.ToString().ToLowerInvariant();

    /// <summary>The state of what <see cref="Stored"/> wrote.</summary>
    public static AnnouncementState Parse(string text) => Enum.Parse<AnnouncementState>(text, ignoreCase: true);
}
