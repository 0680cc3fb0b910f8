namespace Exchange.Hub.Platform;

/// <summary>What a one-time link is for.</summary>
public enum InvitationKind
{
    /// <summary>The first administrator, who is nobody yet.</summary>
    First,

    /// <summary>Somebody who was entered and has yet to join.</summary>
    Invite,

    /// <summary>A new password for somebody who has joined.</summary>
    Reset,
}

/// <summary>A one-time link that is good now.</summary>
/// <param name="Kind">What for.</param>
/// <param name="PersonId">Whose; null for the first administrator's.</param>
public sealed record Invitation(InvitationKind Kind, Guid? PersonId);

/// <summary>A new one-time link. The only time that its code is shown.</summary>
/// <param name="Code">Of the form of a <see cref="Token"/>, so that logs blank it.</param>
/// <param name="ExpiresAt">When it ends unused.</param>
public sealed record OneTimeLink(string Code, DateTimeOffset ExpiresAt)
{
    /// <summary>The page that takes the code.</summary>
    public const string Path = "/welcome";

    /// <summary>What is given to the person.</summary>
    /// <param name="address">Of the hub, without a slash at its end.</param>
    public Uri At(string address) => new($"{address}{Path}?code={Code}");

    /// <summary>Without the code.</summary>
    public override string ToString() => $"a one-time link until {ExpiresAt:O}";
}
