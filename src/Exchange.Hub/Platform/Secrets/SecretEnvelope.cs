using System.Security.Cryptography;
using System.Text;

namespace Exchange.Hub.Platform;

/// <summary>
/// AES-256-GCM (NIST SP 800-38D) with a random nonce: <c>version (1) · nonce (12) · tag (16) · ciphertext</c>. The
/// secret's name and the key's id are authenticated with it, so that an envelope moved to another row does not open.
/// </summary>
public static class SecretEnvelope
{
    const byte FormatVersion = 1;
    const int NonceBytes = 12;
    const int TagBytes = 16;
    const int HeadBytes = 1 + NonceBytes + TagBytes;

    /// <summary>Encrypts.</summary>
    public static byte[] Seal(string value, string name, string keyId, byte[] key)
    {
        var plain = Encoding.UTF8.GetBytes(value);
        var envelope = new byte[HeadBytes + plain.Length];
        envelope[0] = FormatVersion;
        var nonce = envelope.AsSpan(1, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = new AesGcm(key, TagBytes);
        cipher.Encrypt(nonce, plain, envelope.AsSpan(HeadBytes), envelope.AsSpan(1 + NonceBytes, TagBytes), Bound(name, keyId));
        CryptographicOperations.ZeroMemory(plain);
        return envelope;
    }

    /// <summary>Decrypts.</summary>
    /// <exception cref="CryptographicException">The envelope was altered, belongs to another name, or to another key.</exception>
    public static string Open(ReadOnlySpan<byte> envelope, string name, string keyId, byte[] key)
    {
        if (envelope.Length < HeadBytes || envelope[0] != FormatVersion)
            throw new CryptographicException("Not an envelope of a known format.");
        var plain = new byte[envelope.Length - HeadBytes];
        using var cipher = new AesGcm(key, TagBytes);
        cipher.Decrypt(envelope.Slice(1, NonceBytes), envelope[HeadBytes..], envelope.Slice(1 + NonceBytes, TagBytes), plain, Bound(name, keyId));
        var value = Encoding.UTF8.GetString(plain);
        CryptographicOperations.ZeroMemory(plain);
        return value;
    }

    static byte[] Bound(string name, string keyId) => Encoding.UTF8.GetBytes($"{keyId}\n{name}");
}
