using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;
using Npgsql;

namespace Exchange.Hub.Platform;

/// <summary>
/// The keys of the hub's access tokens, made at the first start and kept among its secrets: every hub on the database
/// has the same, and a restart ends no token.
/// </summary>
public sealed class OAuthKeys(NpgsqlDataSource database, ISecretStore secrets, ILogger<OAuthKeys> log)
{
    const string SigningName = "platform/oauth-signing-key";
    const string EncryptionName = "platform/oauth-encryption-key";
    const int EncryptionBytes = 32;

    /// <summary>ECDSA on P-256.</summary>
    public SecurityKey Signing { get; private set; } = null!;

    /// <summary>AES-256.</summary>
    public SecurityKey Encryption { get; private set; } = null!;

    /// <summary>Reads the keys, or makes them. Called once, before the hub listens.</summary>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        var signing = ECDsa.Create();
        signing.ImportPkcs8PrivateKey(await ReadAsync(SigningName, MakeSigningKey, cancellationToken), out _);
        Signing = new ECDsaSecurityKey(signing);
        Encryption = new SymmetricSecurityKey(await ReadAsync(EncryptionName, () => RandomNumberGenerator.GetBytes(EncryptionBytes), cancellationToken));
    }

    static byte[] MakeSigningKey()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return key.ExportPkcs8PrivateKey();
    }

    async Task<byte[]> ReadAsync(string name, Func<byte[]> make, CancellationToken cancellationToken)
    {
        try
        {
            return Convert.FromBase64String(await secrets.RevealAsync(name, cancellationToken) ?? await MakeAsync(name, make, cancellationToken));
        }
        catch (HubException error) when (error.Code == "secret-key-missing")
        {
            // The doctor tells of the missing key. Until it is there this hub works with a key of its own, which it keeps from the others.
            log.LogWarning(error, "The key of access tokens cannot be read: tokens of this hub end with it, and other hubs refuse them");
            return make();
        }
    }

    Task<string> MakeAsync(string name, Func<byte[]> make, CancellationToken cancellationToken) =>
        database.InTransactionAsync(
            async connection =>
            {
                // Of two hubs that start at once one makes the key, and the other finds it.
                await connection.ExecuteAsync($"select pg_advisory_xact_lock(hashtextextended($1, 0))", [name], cancellationToken);
                if (await secrets.RevealAsync(name, cancellationToken) is { } made)
                    return made;
                var key = Convert.ToBase64String(make());
                await secrets.SetAsync(connection, name, key, cancellationToken);
                return key;
            },
            cancellationToken);
}
