using System.Security.Cryptography;
using Exchange.Engine.Licences;
using Exchange.Hub.Platform;
using Npgsql;

namespace Exchange.Hub.Delivery.Licences;

/// <summary>
/// The keys of licences: one that signs, made at first use, and those before it, of which only the public half is kept,
/// so that what they signed can be verified for as long as it is good.
/// </summary>
sealed class LicenceKeys(NpgsqlDataSource database, ISecretStore secrets, IAuditTrail audit, TimeProvider time)
{
    const string SecretPrefix = "delivery/licence-key/";

    /// <summary>The public keys, the newest first.</summary>
    public Task<List<LicenceKey>> ListAsync(CancellationToken cancellationToken) =>
        database.QueryAsync($"select kid, x, y from delivery.licence_keys order by made_at desc", [], Read, cancellationToken);

    /// <summary>The pair that signs now. The caller disposes of it.</summary>
    public async Task<ECDsa> OpenAsync(CancellationToken cancellationToken)
    {
        var current = await FindCurrentAsync(cancellationToken) ?? await database.InTransactionAsync(
            async connection =>
            {
                await LockAsync(connection, cancellationToken);
                return await FindCurrentAsync(connection, cancellationToken) ?? await MakeAsync(connection, cancellationToken);
            },
            cancellationToken);
        var secret = await secrets.RevealAsync(SecretPrefix + current.Id, cancellationToken)
            ?? throw HubException.Unavailable("licence-key-missing", "The key that signs licences is not among the hub's secrets. An administrator makes a new one: POST /api/v1/licence-keys/rotate.");
        var pair = ECDsa.Create();
        pair.ImportPkcs8PrivateKey(Convert.FromBase64String(secret), out _);
        return pair;
    }

    /// <summary>Makes a new key; the private half of the one before is forgotten.</summary>
    public Task<LicenceKey> RotateAsync(Caller caller, CancellationToken cancellationToken) => database.InTransactionAsync(
        async connection =>
        {
            await LockAsync(connection, cancellationToken);
            await secrets.DeleteAsync(connection, SecretPrefix, cancellationToken);
            await connection.ExecuteAsync($"update delivery.licence_keys set retired_at = $1 where retired_at is null", [time.GetUtcNow()], cancellationToken);
            var made = await MakeAsync(connection, cancellationToken);
            await audit.AppendAsync(connection, caller, new LicenceKeyRotated(made.Id), cancellationToken);
            return made;
        },
        cancellationToken);

    static Task LockAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.ExecuteAsync($"select pg_advisory_xact_lock(hashtextextended($1, 0))", [SecretPrefix], cancellationToken);

    async Task<LicenceKey> MakeAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var made = LicenceKey.Of(pair);
        await secrets.SetAsync(connection, SecretPrefix + made.Id, Convert.ToBase64String(pair.ExportPkcs8PrivateKey()), cancellationToken);
        await connection.ExecuteAsync($"insert into delivery.licence_keys (kid, x, y, made_at) values ($1, $2, $3, $4)", [made.Id, made.X, made.Y, time.GetUtcNow()], cancellationToken);
        return made;
    }

    Task<LicenceKey?> FindCurrentAsync(CancellationToken cancellationToken) =>
        database.FirstOrDefaultAsync($"select kid, x, y from delivery.licence_keys where retired_at is null", [], Read, cancellationToken);

    static Task<LicenceKey?> FindCurrentAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.FirstOrDefaultAsync($"select kid, x, y from delivery.licence_keys where retired_at is null", [], Read, cancellationToken);

    static LicenceKey Read(NpgsqlDataReader row) => new(row.GetString(0), row.GetString(1), row.GetString(2));
}
