namespace Exchange.Hub.Platform;

/// <summary>A system that signs in by itself: an OAuth 2.0 client (RFC 6749 section 2).</summary>
/// <param name="Id">Its identity; <c>system:&lt;id&gt;</c> as a caller.</param>
/// <param name="ClientId">What it calls itself when it asks for a token.</param>
/// <param name="Name">For people.</param>
/// <param name="Role">What it may do: <see cref="Platform.Role.Subscriber"/> or <see cref="Platform.Role.ItStaff"/>.</param>
/// <param name="Department">The department that it belongs to.</param>
/// <param name="Keys">Its public keys as JSON Web Key Set (RFC 7517); null when it signs in by secret alone.</param>
/// <param name="CreatedAt">When it was registered.</param>
/// <param name="CreatedBy">Who registered it.</param>
/// <param name="TokensVersion">Access tokens of another version are refused.</param>
public sealed record SystemAccount(
    Guid Id, string ClientId, string Name, Role Role, string Department, string? Keys, DateTimeOffset CreatedAt, string CreatedBy, int TokensVersion);

/// <summary>A secret of a system as it is listed: everything but itself.</summary>
public sealed record SystemSecret(Guid Id, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt);
