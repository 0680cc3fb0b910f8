using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Exchange.Engine.Licences;
using Exchange.Engine.Records;
using Exchange.Hub.Platform;
using Npgsql;

namespace Exchange.Hub.Delivery.Tables;

/// <summary>
/// Signs reports as JWS in compact form (RFC 7515) by ES256. The key is made at first use and kept among the hub's
/// secrets; its public half stands in every signature's header, and in the hub's key set among those of licences.
/// </summary>
sealed class ReportSigner(NpgsqlDataSource database, ISecretStore secrets)
{
    const string SecretName = "delivery/report-key";

    /// <summary>Signs the canonical JSON of a report.</summary>
    public async Task<string> SignAsync(ReadOnlyMemory<byte> canonical, CancellationToken cancellationToken)
    {
        using var key = await KeyAsync(cancellationToken);
        var own = LicenceKey.Of(key);
        var header = CanonicalJson.Of(JsonSerializer.SerializeToElement(new { alg = "ES256", typ = "exchange-report+jws", kid = own.Id, jwk = new { crv = "P-256", kty = "EC", x = own.X, y = own.Y } }));
        var signed = $"{Base64Url.EncodeToString(header)}.{Base64Url.EncodeToString(canonical.Span)}";
        return $"{signed}.{Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256))}";
    }

    /// <summary>The public key; null when nothing was ever signed.</summary>
    public async Task<LicenceKey?> FindPublicKeyAsync(CancellationToken cancellationToken)
    {
        if (await secrets.RevealAsync(SecretName, cancellationToken) is not { } stored)
            return null;
        using var key = Read(stored);
        return LicenceKey.Of(key);
    }

    async Task<ECDsa> KeyAsync(CancellationToken cancellationToken) => Read(await secrets.RevealAsync(SecretName, cancellationToken) ?? await MakeAsync(cancellationToken));

    static ECDsa Read(string stored)
    {
        var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(Convert.FromBase64String(stored), out _);
        return key;
    }

    Task<string> MakeAsync(CancellationToken cancellationToken) => database.InTransactionAsync(
        async connection =>
        {
            // Of two first reports one makes the key, and the other finds it.
            await connection.ExecuteAsync($"select pg_advisory_xact_lock(hashtextextended($1, 0))", [SecretName], cancellationToken);
            if (await secrets.RevealAsync(SecretName, cancellationToken) is { } made)
                return made;
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var stored = Convert.ToBase64String(key.ExportPkcs8PrivateKey());
            await secrets.SetAsync(connection, SecretName, stored, cancellationToken);
            return stored;
        },
        cancellationToken);
}
