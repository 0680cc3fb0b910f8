using System.Security.Cryptography;
using Exchange.Hub.Platform;
using Npgsql;

namespace Exchange.Hub.Delivery;

/// <summary>
/// The hub's cursors, with their key made at first use and kept among the hub's secrets: it outlives restarts, new
/// master keys and a restore, so that a follower's place is not lost with them.
/// </summary>
sealed class CursorSource(NpgsqlDataSource database, ISecretStore secrets)
{
    const string SecretName = "delivery/cursor-key";
    const int KeyBytes = 32;

    Cursors? cursors;

    public async ValueTask<Cursors> GetAsync(CancellationToken cancellation) =>
        cursors ??= new Cursors(Convert.FromBase64String(await secrets.RevealAsync(SecretName, cancellation) ?? await MakeAsync(cancellation)));

    Task<string> MakeAsync(CancellationToken cancellation) => database.InTransactionAsync(
        async connection =>
        {
            // Of two first requests one makes the key, and the other finds it.
            await connection.ExecuteAsync($"select pg_advisory_xact_lock(hashtextextended($1, 0))", [SecretName], cancellation);
            if (await secrets.RevealAsync(SecretName, cancellation) is { } made)
                return made;
            var key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyBytes));
            await secrets.SetAsync(connection, SecretName, key, cancellation);
            return key;
        },
        cancellation);
}
