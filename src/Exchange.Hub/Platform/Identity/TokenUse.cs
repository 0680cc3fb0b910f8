namespace Exchange.Hub.Platform;

/// <summary>The token that a request came with, so that it can end itself.</summary>
/// <param name="Id">Which.</param>
/// <param name="PersonId">Whose, when it is a person's own.</param>
public sealed record TokenUse(Guid Id, Guid? PersonId);
