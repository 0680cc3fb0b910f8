using System.Text.Json;
using Npgsql;

namespace Exchange.Hub.Platform;

/// <summary>What is done to a system after its registration: credentials replaced, signed out, ended.</summary>
public sealed class ChangeSystem(NpgsqlDataSource database, SystemStore systems, SystemSecrets secrets, IAuditTrail audit, KnownCallers known, TimeProvider time)
{
    /// <summary>Adds a secret beside the one in use.</summary>
    /// <exception cref="HubException">There is no such system, or it has two already.</exception>
    public Task<MadeSecret> AddSecretAsync(Guid id, DateTimeOffset? expiresAt, Caller caller, CancellationToken cancellationToken)
    {
        new Validation().Require(expiresAt is null || expiresAt > time.GetUtcNow(), "/expiresAt", "has passed", "Give a time to come, or leave it out.").ThrowIfAny();
        return database.InTransactionAsync(
            async connection =>
            {
                await systems.LockAsync(connection, id, caller, cancellationToken);
                if ((await systems.SecretsAsync(id, cancellationToken)).Count >= SystemSecrets.Limit)
                    throw HubException.Conflict("secrets-full", $"The system has {SystemSecrets.Limit} secrets. End the one that is no longer in use first.");
                var made = await secrets.AddAsync(connection, id, expiresAt, cancellationToken);
                await audit.AppendAsync(connection, caller, new SystemSecretAdded(id, made.Id, made.ExpiresAt), cancellationToken);
                return made;
            },
            cancellationToken);
    }

    /// <summary>Ends a secret. Access tokens that were given out for it live on until they expire.</summary>
    public Task EndSecretAsync(Guid id, Guid secret, Caller caller, CancellationToken cancellationToken) => database.InTransactionAsync(
        async connection =>
        {
            await systems.LockAsync(connection, id, caller, cancellationToken);
            if (!await systems.EndSecretAsync(connection, id, secret, cancellationToken))
                throw HubException.NotFound("secret-not-found", $"The system has no usable secret {secret}.");
            await audit.AppendAsync(connection, caller, new SystemSecretEnded(id, secret), cancellationToken);
        },
        cancellationToken);

    /// <summary>Replaces the public keys; null takes them away.</summary>
    public Task ReplaceKeysAsync(Guid id, JsonElement? keys, Caller caller, CancellationToken cancellationToken)
    {
        var (stored, ids) = PublicKeys.Read(keys);
        return database.InTransactionAsync(
            async connection =>
            {
                await systems.LockAsync(connection, id, caller, cancellationToken);
                await systems.SetKeysAsync(connection, id, stored, cancellationToken);
                await audit.AppendAsync(connection, caller, new SystemKeysReplaced(id, ids), cancellationToken);
            },
            cancellationToken);
    }

    /// <summary>Refuses every access token that the system holds.</summary>
    public Task SignOutAsync(Guid id, Caller caller, CancellationToken cancellationToken) => EndAccessAsync(
        id, caller,
        async (connection, _) =>
        {
            await systems.SignOutAsync(connection, id, cancellationToken);
            return new SystemSignedOut(id);
        },
        cancellationToken);

    /// <summary>Ends the system.</summary>
    public Task EndAsync(Guid id, Caller caller, CancellationToken cancellationToken) => EndAccessAsync(
        id, caller,
        async (connection, system) =>
        {
            await systems.EndAsync(connection, id, cancellationToken);
            return new SystemEnded(id, system.ClientId);
        },
        cancellationToken);

    async Task EndAccessAsync(Guid id, Caller caller, Func<NpgsqlConnection, SystemAccount, Task<IAuditEvent>> end, CancellationToken cancellationToken)
    {
        await database.InTransactionAsync(
            async connection =>
            {
                var deed = await end(connection, await systems.LockAsync(connection, id, caller, cancellationToken));
                await audit.AppendAsync(connection, caller, deed, cancellationToken);
            },
            cancellationToken);
        known.Forget();
    }
}
