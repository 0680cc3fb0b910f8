using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Exchange.Engine.Records;
using Exchange.Hub.Platform;
using Npgsql;

namespace Exchange.Hub.Delivery.Tables;

/// <summary>
/// Signs reports as JWS in compact form (RFC 7515) by ES256. The key is made at first use and kept among the hub's
/// secrets; its public half stands in every signature's header, and is told by <see cref="PublicKeyAsync"/>.
/// </summary>
sealed class ReportSigner(NpgsqlDataSource database, ISecretStore secrets)
{
    const string SecretName = "delivery/report-key";

    /// <summary>Signs the canonical JSON of a report.</summary>
    public async Task<string> SignAsync(ReadOnlyMemory<byte> canonical, CancellationToken cancellationToken)
    {
        using var key = await KeyAsync(cancellationToken);
        var jwk = Jwk(key);
        var header = CanonicalJson.Of(JsonSerializer.SerializeToElement(new { alg = "ES256", typ = "exchange-report+jws", kid = Thumbprint(jwk), jwk }));
        var signed = $"{Base64Url.EncodeToString(header)}.{Base64Url.EncodeToString(canonical.Span)}";
        return $"{signed}.{Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256))}";
    }

    /// <summary>The public key as a JWK (RFC 7517).</summary>
    public async Task<IReadOnlyDictionary<string, string>> PublicKeyAsync(CancellationToken cancellationToken)
    {
        using var key = await KeyAsync(cancellationToken);
        var jwk = Jwk(key);
        return new Dictionary<string, string>(jwk) { ["kid"] = Thumbprint(jwk), ["alg"] = "ES256", ["use"] = "sig" };
    }

    async Task<ECDsa> KeyAsync(CancellationToken cancellationToken)
    {
        var stored = await secrets.RevealAsync(SecretName, cancellationToken) ?? await MakeAsync(cancellationToken);
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

    static Dictionary<string, string> Jwk(ECDsa key)
    {
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        return new Dictionary<string, string> { ["crv"] = "P-256", ["kty"] = "EC", ["x"] = Base64Url.EncodeToString(point.X), ["y"] = Base64Url.EncodeToString(point.Y) };
    }

    /// <summary>The name of a key (RFC 7638).</summary>
    static string Thumbprint(Dictionary<string, string> jwk) => Base64Url.EncodeToString(SHA256.HashData(CanonicalJson.Of(JsonSerializer.SerializeToElement(jwk))));
}
