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
readonly record struct FeedCursor(CursorScope Scope, long Seq, long Since);

/// <summary>
/// Writes and reads cursors: base64url of a payload and its HMAC-SHA256 cut to 128 bits (RFC 2104 section 5). A client
/// can neither make one nor bend one; it may read one, for nothing in it is secret.
/// </summary>
sealed class Cursors(byte[] key)
{
    const byte Version = 2;
    const byte PageKind = (byte)'p';
    const byte FeedKind = (byte)'f';
    const int HeadLength = 30;
    const int MacLength = 16;

    /// <summary>Longest text that can be a cursor.</summary>
    static readonly int MaxLength = Base64Url.GetEncodedLength(HeadLength + 12 + RecordKey.ByteLimit + MacLength);

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
        var payload = new byte[HeadLength + 16];
        WriteHead(payload, FeedKind, cursor.Scope);
        BinaryPrimitives.WriteInt64BigEndian(payload.AsSpan(HeadLength), cursor.Seq);
        BinaryPrimitives.WriteInt64BigEndian(payload.AsSpan(HeadLength + 8), cursor.Since);
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
        if (Open(text, FeedKind) is not { Length: HeadLength + 16 } payload)
            return false;
        cursor = new FeedCursor(
            ReadHead(payload),
            BinaryPrimitives.ReadInt64BigEndian(payload.AsSpan(HeadLength)),
            BinaryPrimitives.ReadInt64BigEndian(payload.AsSpan(HeadLength + 8)));
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
        var sealedBytes = new byte[payload.Length + MacLength];
        payload.CopyTo(sealedBytes);
        Mac(payload, sealedBytes.AsSpan(payload.Length));
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
        var payload = bytes.AsSpan(..^MacLength);
        Span<byte> mac = stackalloc byte[MacLength];
        Mac(payload, mac);
        return CryptographicOperations.FixedTimeEquals(mac, bytes.AsSpan(payload.Length)) && payload[0] == Version && payload[1] == kind
            ? payload.ToArray()
            : null;
    }

    void Mac(ReadOnlySpan<byte> payload, Span<byte> destination)
    {
        Span<byte> whole = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, payload, whole);
        whole[..MacLength].CopyTo(destination);
    }
}
