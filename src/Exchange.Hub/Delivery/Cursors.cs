using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Exchange.Engine.Records;

namespace Exchange.Hub.Delivery;

/// <summary>What a cursor belongs to.</summary>
/// <param name="DatasetId">The dataset.</param>
/// <param name="Epoch">Its feed epoch when the cursor was made.</param>
/// <param name="Grant">The grant that was read under; zeros for a department's own data.</param>
/// <param name="GrantVersion">The version of the grant: a cursor ends with the terms that it was made under.</param>
readonly record struct CursorScope(int DatasetId, int Epoch, Guid Grant, int GrantVersion);

/// <summary>A place in a walk over the records of one publication.</summary>
/// <param name="Scope">What it belongs to.</param>
/// <param name="AsOf">The publication that the whole walk reads.</param>
/// <param name="Query">Fingerprint of the filters: a cursor goes on with its own query only.</param>
/// <param name="Key">The last key handed out.</param>
readonly record struct PageCursor(CursorScope Scope, int AsOf, long Query, string Key);

/// <summary>A place in the change feed.</summary>
/// <param name="Scope">What it belongs to.</param>
/// <param name="Seq">The last change that was looked at.</param>
/// <param name="Since">Where the walk began: the last place at which no more changes waited.</param>
/// <param name="Left">The last key handed out of those that left the reader's rows; null until all changes up to Seq are told.</param>
readonly record struct FeedCursor(CursorScope Scope, long Seq, long Since, string? Left = null);

/// <summary>
/// Writes and reads cursors: base64url of a payload's HMAC-SHA256 cut to 128 bits (RFC 2104 section 5) and the payload,
/// encrypted by AES in counter mode that begins at that MAC (a synthetic IV, as in RFC 5297). A client can neither make
/// one nor bend one nor read one: a seq would tell it of changes in rows that it may not see. Equal places have equal cursors.
/// </summary>
sealed class Cursors(byte[] key)
{
    readonly byte[] macKey = HMACSHA256.HashData(key, "mac"u8);
    readonly byte[] cipherKey = HMACSHA256.HashData(key, "cipher"u8);

    const byte Version = 3;
    const byte PageKind = (byte)'p';
    const byte FeedKind = (byte)'f';
    const int HeadLength = 30;
    const int FeedLength = HeadLength + 16;
    const int MacLength = 16;

    /// <summary>Longest text that can be a cursor.</summary>
    static readonly int MaxLength = Base64Url.GetEncodedLength(FeedLength + 1 + RecordKey.ByteLimit + MacLength);

    public string Write(PageCursor cursor)
    {
        var payload = new byte[HeadLength + 12 + Encoding.UTF8.GetByteCount(cursor.Key)];
        WriteHead(payload, PageKind, cursor.Scope);
        BinaryPrimitives.WriteInt32BigEndian(payload.AsSpan(HeadLength), cursor.AsOf);
        BinaryPrimitives.WriteInt64BigEndian(payload.AsSpan(HeadLength + 4), cursor.Query);
        Encoding.UTF8.GetBytes(cursor.Key, payload.AsSpan(HeadLength + 12));
        return Seal(payload);
    }

    public string Write(FeedCursor cursor)
    {
        // A byte stands before the key, as an empty key is another thing than none.
        var payload = new byte[FeedLength + (cursor.Left is null ? 0 : 1 + Encoding.UTF8.GetByteCount(cursor.Left))];
        WriteHead(payload, FeedKind, cursor.Scope);
        BinaryPrimitives.WriteInt64BigEndian(payload.AsSpan(HeadLength), cursor.Seq);
        BinaryPrimitives.WriteInt64BigEndian(payload.AsSpan(HeadLength + 8), cursor.Since);
        if (cursor.Left is not null)
            Encoding.UTF8.GetBytes(cursor.Left, payload.AsSpan(FeedLength + 1));
        return Seal(payload);
    }

    public bool TryReadPage(string text, out PageCursor cursor)
    {
        cursor = default;
        if (Open(text, PageKind) is not { Length: >= HeadLength + 12 } payload)
            return false;
        cursor = new PageCursor(
            ReadHead(payload),
            BinaryPrimitives.ReadInt32BigEndian(payload.AsSpan(HeadLength)),
            BinaryPrimitives.ReadInt64BigEndian(payload.AsSpan(HeadLength + 4)),
            Encoding.UTF8.GetString(payload.AsSpan(HeadLength + 12)));
        return true;
    }

    public bool TryReadFeed(string text, out FeedCursor cursor)
    {
        cursor = default;
        if (Open(text, FeedKind) is not { Length: >= FeedLength } payload)
            return false;
        cursor = new FeedCursor(
            ReadHead(payload),
            BinaryPrimitives.ReadInt64BigEndian(payload.AsSpan(HeadLength)),
            BinaryPrimitives.ReadInt64BigEndian(payload.AsSpan(HeadLength + 8)),
            payload.Length == FeedLength ? null : Encoding.UTF8.GetString(payload.AsSpan(FeedLength + 1)));
        return true;
    }

    static void WriteHead(Span<byte> payload, byte kind, CursorScope scope)
    {
        payload[0] = Version;
        payload[1] = kind;
        BinaryPrimitives.WriteInt32BigEndian(payload[2..], scope.DatasetId);
        BinaryPrimitives.WriteInt32BigEndian(payload[6..], scope.Epoch);
        BinaryPrimitives.WriteInt32BigEndian(payload[10..], scope.GrantVersion);
        scope.Grant.TryWriteBytes(payload[14..], bigEndian: true, out _);
    }

    static CursorScope ReadHead(ReadOnlySpan<byte> payload) => new(
        BinaryPrimitives.ReadInt32BigEndian(payload[2..]),
        BinaryPrimitives.ReadInt32BigEndian(payload[6..]),
        new Guid(payload[14..HeadLength], bigEndian: true),
        BinaryPrimitives.ReadInt32BigEndian(payload[10..]));

    string Seal(ReadOnlySpan<byte> payload)
    {
        var sealedBytes = new byte[MacLength + payload.Length];
        Mac(payload, sealedBytes);
        payload.CopyTo(sealedBytes.AsSpan(MacLength));
        Cipher(sealedBytes.AsSpan(MacLength), sealedBytes.AsSpan(..MacLength));
        return Base64Url.EncodeToString(sealedBytes);
    }

    /// <summary>The payload of a cursor of this kind whose MAC is right, else null.</summary>
    byte[]? Open(string text, byte kind)
    {
        if (text.Length > MaxLength || !Base64Url.IsValid(text))
            return null;
        var bytes = Base64Url.DecodeFromChars(text);
        if (bytes.Length < HeadLength + MacLength)
            return null;
        var payload = bytes[MacLength..];
        Cipher(payload, bytes.AsSpan(..MacLength));
        Span<byte> mac = stackalloc byte[MacLength];
        Mac(payload, mac);
        return CryptographicOperations.FixedTimeEquals(mac, bytes.AsSpan(..MacLength)) && payload[0] == Version && payload[1] == kind ? payload : null;
    }

    /// <summary>Encrypts what is plain, and decrypts what is not: AES in counter mode (NIST SP 800-38A section 6.5).</summary>
    void Cipher(Span<byte> text, ReadOnlySpan<byte> start)
    {
        var counters = new byte[(text.Length + MacLength - 1) / MacLength * MacLength];
        var count = BinaryPrimitives.ReadUInt64BigEndian(start[8..]);
        for (var at = 0; at < counters.Length; at += MacLength, count++)
        {
            start[..8].CopyTo(counters.AsSpan(at));
            BinaryPrimitives.WriteUInt64BigEndian(counters.AsSpan(at + 8), count);
        }
        using var aes = Aes.Create();
        aes.Key = cipherKey;
        aes.EncryptEcb(counters, counters, PaddingMode.None);
        for (var at = 0; at < text.Length; at++)
            text[at] ^= counters[at];
    }

    void Mac(ReadOnlySpan<byte> payload, Span<byte> destination)
    {
        Span<byte> whole = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(macKey, payload, whole);
        whole[..MacLength].CopyTo(destination);
    }
}
