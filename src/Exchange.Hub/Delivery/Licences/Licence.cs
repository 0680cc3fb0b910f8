using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing;
using Npgsql;

namespace Exchange.Hub.Delivery.Licences;

/// <summary>Whether a licence still holds.</summary>
public enum LicenceState
{
    /// <summary>It holds.</summary>
    Valid,

    /// <summary>Its time is over.</summary>
    Expired,

    /// <summary>The record was published otherwise since, or deleted.</summary>
    Superseded,

    /// <summary>A steward took it back.</summary>
    Revoked,
}

/// <summary>An issued licence as it is kept.</summary>
/// <param name="Fields">Fields that it shows; null for the whole record.</param>
/// <param name="Masks">Fields of which it shows a mask.</param>
sealed record Licence(
    Guid Id, int DatasetId, string Dataset, string Consumer, byte[] SealedKey, byte[] ShownHash, string[]? Fields, IReadOnlyDictionary<string, Mask> Masks,
    int Publication, DateTimeOffset ExpiresAt, DateTimeOffset? RevokedAt)
{
    public static readonly SqlText Columns = $"id, dataset_id, dataset, consumer, sealed_key, shown_hash, fields, masks, publication, expires_at, revoked_at";

    public static Licence Read(NpgsqlDataReader row) => new(
        row.GetGuid(0), row.GetInt32(1), row.GetString(2), row.GetString(3), row.GetFieldValue<byte[]>(4), row.GetFieldValue<byte[]>(5), row.Maybe<string[]>(6),
        JsonSerializer.Deserialize<Dictionary<string, Mask>>(row.GetString(7), ApiJson.Options)!, row.GetInt32(8), row.GetFieldValue<DateTimeOffset>(9), row.Maybe<DateTimeOffset?>(10));
}

/// <summary>
/// The id by which a licence is asked about: 128 random bits, known to whoever holds the licence. The hub keeps its hash,
/// and the record's key encrypted under it.
/// </summary>
sealed class LicenceId(string text)
{
    const int Bytes = 16;
    const int NonceBytes = 12;
    const int TagBytes = 16;

    /// <summary>As it stands in the licence.</summary>
    public string Text => text;

    /// <summary>What the hub keeps of it.</summary>
    public byte[] Hash => SHA256.HashData(Encoding.UTF8.GetBytes("licence/id/" + text));

    public static LicenceId Make() => new(Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes)));

    /// <summary>Encrypts the record's key (AES-256-GCM).</summary>
    public byte[] Seal(string key)
    {
        var plain = Encoding.UTF8.GetBytes(key);
        var box = new byte[NonceBytes + TagBytes + plain.Length];
        RandomNumberGenerator.Fill(box.AsSpan(0, NonceBytes));
        using var cipher = new AesGcm(SealKey, TagBytes);
        cipher.Encrypt(box.AsSpan(0, NonceBytes), plain, box.AsSpan(NonceBytes + TagBytes), box.AsSpan(NonceBytes, TagBytes));
        return box;
    }

    /// <summary>The key that was encrypted so.</summary>
    public string Open(byte[] box)
    {
        var plain = new byte[box.Length - NonceBytes - TagBytes];
        using var cipher = new AesGcm(SealKey, TagBytes);
        cipher.Decrypt(box.AsSpan(0, NonceBytes), box.AsSpan(NonceBytes + TagBytes), box.AsSpan(NonceBytes, TagBytes), plain);
        return Encoding.UTF8.GetString(plain);
    }

    byte[] SealKey => SHA256.HashData(Encoding.UTF8.GetBytes("licence/key/" + text));
}
