using System.Security.Cryptography;
using System.Text;

namespace Exchange.Hub.Sharing.Access;

/// <summary>Keys derived from the room's one secret, each for one use (HMAC-SHA256 as a key derivation, RFC 2104).</summary>
sealed class SharingKeys(byte[] secret)
{
    const int NonceBytes = 12;
    const int TagBytes = 16;

    readonly byte[] useKey = Derive(secret, "use/keys");
    readonly byte[] observedKey = Derive(secret, "corrections/observed");
    readonly byte[] sealKey = Derive(secret, "corrections/texts");

    /// <summary>Key of the hash mask of a consumer: equal values stay equal for it and mean nothing to another.</summary>
    public byte[] MaskKeyOf(string consumer) => Derive(secret, "mask/" + consumer);

    /// <summary>What is stored of a record's key when somebody looks the record up.</summary>
    public byte[] HashOfRecord(string dataset, string key) => HMACSHA256.HashData(useKey, Encoding.UTF8.GetBytes($"{dataset}\n{key}"));

    /// <summary>What is stored of a value that is said to be wrong: enough to see whether it changes.</summary>
    public byte[] HashOfObserved(ReadOnlySpan<byte> value) => HMACSHA256.HashData(observedKey, value);

    /// <summary>Encrypts a text about a person for the database (AES-256-GCM).</summary>
    public byte[] Seal(string text)
    {
        var plain = Encoding.UTF8.GetBytes(text);
        var box = new byte[NonceBytes + TagBytes + plain.Length];
        RandomNumberGenerator.Fill(box.AsSpan(0, NonceBytes));
        using var cipher = new AesGcm(sealKey, TagBytes);
        cipher.Encrypt(box.AsSpan(0, NonceBytes), plain, box.AsSpan(NonceBytes + TagBytes), box.AsSpan(NonceBytes, TagBytes));
        return box;
    }

    /// <summary>The text that was encrypted so.</summary>
    public string Open(byte[] box)
    {
        var plain = new byte[box.Length - NonceBytes - TagBytes];
        using var cipher = new AesGcm(sealKey, TagBytes);
        cipher.Decrypt(box.AsSpan(0, NonceBytes), box.AsSpan(NonceBytes + TagBytes), box.AsSpan(NonceBytes, TagBytes), plain);
        return Encoding.UTF8.GetString(plain);
    }

    static byte[] Derive(byte[] secret, string use) => HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes(use));
}
