using System.Security.Cryptography;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace Exchange.Hub.Delivery.Webhooks;

/// <summary>Kind of a key that signs calls.</summary>
public enum WebhookKeyKind
{
    /// <summary>A secret that both sides have.</summary>
    Hmac,

    /// <summary>A pair of keys, of which the hub keeps the private one.</summary>
    Ed25519,
}

/// <summary>A key that signs calls, as it may be shown.</summary>
/// <param name="PublicKey">What a signature of Ed25519 is checked with; null for HMAC.</param>
/// <param name="MadeAt">Since when it signs.</param>
/// <param name="EndsAt">From when on it signs no more; null while no newer one has replaced it.</param>
public sealed record WebhookKey(Guid Id, WebhookKeyKind Kind, string? PublicKey, DateTimeOffset MadeAt, DateTimeOffset? EndsAt);

/// <summary>
/// Signs as Standard Webhooks says: over <c>id.timestamp.body</c>. Secrets are base64 behind the prefix
/// <c>whsec_</c>, <c>whsk_</c> (seed and public key) or <c>whpk_</c>.
/// </summary>
sealed class WebhookSigner
{
    const int HmacBytes = 32;
    const string HmacPrefix = "whsec_";
    const string PrivatePrefix = "whsk_";
    const string PublicPrefix = "whpk_";

    readonly WebhookKeyKind kind;
    readonly byte[] key;

    readonly IncrementalHash? hmac;

    WebhookSigner(WebhookKeyKind kind, byte[] key)
    {
        (this.kind, this.key) = (kind, key);
        if (kind == WebhookKeyKind.Hmac)
            hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key); // prepared once for all calls
    }

    /// <summary>The secret, as the hub keeps it.</summary>
    public string Secret => (kind == WebhookKeyKind.Hmac ? HmacPrefix : PrivatePrefix) + Convert.ToBase64String(key);

    /// <summary>The public key; null for HMAC.</summary>
    public string? PublicKey => kind == WebhookKeyKind.Hmac ? null : PublicPrefix + Convert.ToBase64String(key.AsSpan(Ed25519.SecretKeySize));

    /// <summary>What the consumer is given to check signatures with.</summary>
    public string Given => PublicKey ?? Secret;

    /// <summary>A new key.</summary>
    public static WebhookSigner Make(WebhookKeyKind kind)
    {
        if (kind == WebhookKeyKind.Hmac)
            return new WebhookSigner(kind, RandomNumberGenerator.GetBytes(HmacBytes));
        var pair = new byte[Ed25519.SecretKeySize + Ed25519.PublicKeySize];
        RandomNumberGenerator.Fill(pair.AsSpan(0, Ed25519.SecretKeySize));
        Ed25519.GeneratePublicKey(pair, 0, pair, Ed25519.SecretKeySize);
        return new WebhookSigner(kind, pair);
    }

    /// <summary>A key as it was kept.</summary>
    public static WebhookSigner Read(WebhookKeyKind kind, string secret) =>
        new(kind, Convert.FromBase64String(secret[(kind == WebhookKeyKind.Hmac ? HmacPrefix : PrivatePrefix).Length..]));

    /// <summary>One signature, with its version.</summary>
    public string Sign(ReadOnlyMemory<byte> signed)
    {
        if (hmac is not null)
        {
            Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
            lock (hmac)
            {
                hmac.AppendData(signed.Span);
                hmac.GetHashAndReset(mac);
            }
            return "v1," + Convert.ToBase64String(mac);
        }
        var signature = new byte[Ed25519.SignatureSize];
        var message = signed.ToArray();
        Ed25519.Sign(key, 0, key, Ed25519.SecretKeySize, message, 0, message.Length, signature, 0);
        return "v1a," + Convert.ToBase64String(signature);
    }
}
