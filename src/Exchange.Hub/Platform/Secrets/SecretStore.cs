using System.Security.Cryptography;
using Npgsql;

namespace Exchange.Hub.Platform;

/// <summary>
/// Secrets of sources and subscriptions, encrypted at rest. No route gives one out: they are revealed only to the code
/// that needs them. Names are the owner's business, such as <c>source/12/password</c>.
/// </summary>
public interface ISecretStore
{
    /// <summary>Stores or replaces, in the connection's transaction.</summary>
    Task SetAsync(NpgsqlConnection connection, string name, string value, CancellationToken cancellationToken);

    /// <summary>Forgets all names that begin so, in the connection's transaction.</summary>
    Task DeleteAsync(NpgsqlConnection connection, string namePrefix, CancellationToken cancellationToken);

    /// <summary>The stored names that begin so, with the time they were set.</summary>
    Task<IReadOnlyDictionary<string, DateTimeOffset>> ListAsync(string namePrefix, CancellationToken cancellationToken);

    /// <summary>The secret, or null when there is none. From now on no log shows it.</summary>
    /// <exception cref="HubException">It was encrypted with a key that this hub does not have, or was altered.</exception>
    Task<string?> RevealAsync(string name, CancellationToken cancellationToken);
}

/// <summary>Keeps the secrets in <c>platform.secrets</c>.</summary>
public sealed class SecretStore(NpgsqlDataSource database, MasterKeys keys, Redactor redactor, TimeProvider time) : ISecretStore
{
    /// <inheritdoc/>
    public Task SetAsync(NpgsqlConnection connection, string name, string value, CancellationToken cancellationToken)
    {
        redactor.Learn(value);
        return connection.ExecuteAsync(
            $"""
            insert into platform.secrets (name, envelope, key_id, updated_at) values ($1, $2, $3, $4)
            on conflict (name) do update set envelope = excluded.envelope, key_id = excluded.key_id, updated_at = excluded.updated_at
            """,
            [name, SecretEnvelope.Seal(value, name, keys.CurrentId, keys.Find(keys.CurrentId)!), keys.CurrentId, time.GetUtcNow()],
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task DeleteAsync(NpgsqlConnection connection, string namePrefix, CancellationToken cancellationToken) =>
        connection.ExecuteAsync($"delete from platform.secrets where starts_with(name, $1)", [namePrefix], cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<string, DateTimeOffset>> ListAsync(string namePrefix, CancellationToken cancellationToken)
    {
        var rows = await database.QueryAsync(
            $"select name, updated_at from platform.secrets where starts_with(name, $1)",
            [namePrefix],
            row => KeyValuePair.Create(row.GetString(0), row.GetFieldValue<DateTimeOffset>(1)),
            cancellationToken);
        return new Dictionary<string, DateTimeOffset>(rows);
    }

    /// <inheritdoc/>
    public async Task<string?> RevealAsync(string name, CancellationToken cancellationToken)
    {
        var sealedSecret = await database.FirstOrDefaultAsync(
            $"select envelope, key_id from platform.secrets where name = $1",
            [name],
            row => new Sealed(name, row.GetFieldValue<byte[]>(0), row.GetString(1)),
            cancellationToken);
        if (sealedSecret is null)
            return null;
        var value = Open(sealedSecret);
        redactor.Learn(value);
        return value;
    }

    /// <summary>Encrypts with the current key whatever an older one encrypted. Secrets of unknown keys stay as they are.</summary>
    /// <returns>How many were encrypted anew.</returns>
    public async Task<int> ReencryptAsync(CancellationToken cancellationToken)
    {
        var old = await database.QueryAsync(
            $"select name, envelope, key_id from platform.secrets where key_id <> $1",
            [keys.CurrentId],
            row => new Sealed(row.GetString(0), row.GetFieldValue<byte[]>(1), row.GetString(2)),
            cancellationToken);
        var readable = old.Where(each => keys.Find(each.KeyId) is not null).ToList();
        await database.InTransactionAsync(
            async connection =>
            {
                foreach (var each in readable)
                    await SetAsync(connection, each.Name, Open(each), cancellationToken);
            },
            cancellationToken);
        return readable.Count;
    }

    /// <summary>How many secrets were encrypted with a key that this hub does not have.</summary>
    public async Task<long> CountUnreadableAsync(CancellationToken cancellationToken)
    {
        var counts = await database.QueryAsync(
            $"select key_id, count(*) from platform.secrets group by key_id",
            [],
            row => (KeyId: row.GetString(0), Count: row.GetInt64(1)),
            cancellationToken);
        return counts.Where(each => keys.Find(each.KeyId) is null).Sum(each => each.Count);
    }

    string Open(Sealed secret)
    {
        var key = keys.Find(secret.KeyId)
            ?? throw HubException.Unavailable("secret-key-missing", $"The secret \"{secret.Name}\" was encrypted with the key {secret.KeyId}, which this hub does not have. Put that key into masterKey or master.key, or set the secret anew.");
        try
        {
            return SecretEnvelope.Open(secret.Envelope, secret.Name, secret.KeyId, key);
        }
        catch (CryptographicException error)
        {
            throw HubException.Unavailable("secret-altered", $"The secret \"{secret.Name}\" was altered in the database and does not open. Set it anew.", error);
        }
    }

    sealed record Sealed(string Name, byte[] Envelope, string KeyId);
}
