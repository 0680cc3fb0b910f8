using System.Security.Cryptography;
using System.Text;

namespace Exchange.Hub.Sharing.Access;

/// <summary>Keys derived from the room's one secret, each for one use (HMAC-SHA256 as a key derivation, RFC 2104).</summary>
sealed class SharingKeys(byte[] secret)
{
    readonly byte[] useKey = Derive(secret, "use/keys");

    /// <summary>Key of the hash mask of a consumer: equal values stay equal for it and mean nothing to another.</summary>
    public byte[] MaskKeyOf(string consumer) => Derive(secret, "mask/" + consumer);

    /// <summary>What is stored of a record's key when somebody looks the record up.</summary>
    public byte[] HashOfRecord(string dataset, string key) => HMACSHA256.HashData(useKey, Encoding.UTF8.GetBytes($"{dataset}\n{key}"));

    static byte[] Derive(byte[] secret, string use) => HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes(use));
}
