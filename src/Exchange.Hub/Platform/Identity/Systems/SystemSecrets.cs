using Npgsql;

namespace Exchange.Hub.Platform;

/// <summary>A secret that was just made. The only time that it is shown.</summary>
public sealed record MadeSecret(Guid Id, string Text, DateTimeOffset? ExpiresAt);

/// <summary>Makes and tells the secrets of systems: as random as a <see cref="Token"/>, and only their SHA-256 is stored.</summary>
public sealed class SystemSecrets(SystemStore systems, TimeProvider time)
{
    /// <summary>Secrets that are good at one time at most: the one in use and its successor.</summary>
    public const int Limit = 2;

    /// <summary>Adds one in the connection's transaction.</summary>
    public async Task<MadeSecret> AddAsync(NpgsqlConnection connection, Guid system, DateTimeOffset? expiresAt, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var made = new MadeSecret(Guid.CreateVersion7(now), Token.Create(), expiresAt?.ToUniversalTime());
        await systems.AddSecretAsync(connection, system, new SystemSecret(made.Id, now, made.ExpiresAt), Token.HashOf(made.Text), cancellationToken);
        return made;
    }

    /// <summary>Whether a text is a good secret of a system.</summary>
    public async Task<bool> IsGoodAsync(Guid system, string text, CancellationToken cancellationToken) =>
        Token.IsWellFormed(text) && await systems.IsSecretAsync(system, Token.HashOf(text), cancellationToken);
}
