using System.Security.Cryptography;
using Exchange.Hub.Platform;
using Npgsql;

namespace Exchange.Hub.Sharing.Access;

/// <summary>The room's secret, made at first use and kept among the hub's secrets, so that masked values stay equal for years.</summary>
sealed class SharingKeySource(NpgsqlDataSource database, ISecretStore secrets)
{
    const string SecretName = "sharing/key";
    const int KeyBytes = 32;

    SharingKeys? keys;

    public async ValueTask<SharingKeys> GetAsync(CancellationToken cancellationToken) =>
        keys ??= new SharingKeys(Convert.FromBase64String(await secrets.RevealAsync(SecretName, cancellationToken) ?? await MakeAsync(cancellationToken)));

    Task<string> MakeAsync(CancellationToken cancellationToken) => database.InTransactionAsync(
        async connection =>
        {
            // Of two first requests one makes the key, and the other finds it.
            await connection.ExecuteAsync($"select pg_advisory_xact_lock(hashtextextended($1, 0))", [SecretName], cancellationToken);
            if (await secrets.RevealAsync(SecretName, cancellationToken) is { } made)
                return made;
            var key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyBytes));
            await secrets.SetAsync(connection, SecretName, key, cancellationToken);
            return key;
        },
        cancellationToken);
}
