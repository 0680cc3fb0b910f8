using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Exchange.Hub.Delivery.Subscriptions;

namespace Exchange.Hub.Delivery.Webhooks;

/// <summary>
/// One call's body: an event of CloudEvents 1.0 in structured mode, written once into the bytes that are signed, which are
/// <c>id.timestamp.body</c>. Its id is a hash over the subscription, its revision, the place before and the body: a retry
/// of the same has the same id and the same bytes, and a replay has another.
/// </summary>
sealed class WebhookEvent : IDisposable
{
    const string IdPrefix = "msg_";
    const int HashedBytes = 16;
    const int TimestampDigits = 10;
    const int BufferBytes = 4 * 1024;
    static readonly int idLength = IdPrefix.Length + Base64Url.GetEncodedLength(HashedBytes);
    static readonly int signedHead = idLength + 1 + TimestampDigits + 1;
    static readonly string noId = new('-', idLength);
    static readonly int idAt = """{"specversion":"1.0","id":""".Length + 1;
    static readonly JsonWriterOptions relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    readonly ArrayBufferWriter<byte> bytes;
    readonly string scope;

    /// <summary>Begins an event; what is written next is its data.</summary>
    /// <param name="type">Its type, such as <c>exchange.changes.v1</c>.</param>
    /// <param name="source">The dataset's address.</param>
    /// <param name="subscription">Whose it is.</param>
    /// <param name="time">When what it tells of came about.</param>
    /// <param name="scope">What the id is made from beside the body: the place before.</param>
    /// <param name="space">Where it is written until it ends; no other event is written there meanwhile.</param>
    public WebhookEvent(string type, string source, Subscription subscription, DateTimeOffset time, string scope, ArrayBufferWriter<byte> space)
    {
        this.scope = scope;
        bytes = space;
        bytes.ResetWrittenCount();
        bytes.GetSpan(signedHead)[..signedHead].Fill((byte)'.');
        bytes.Advance(signedHead);
        Json = new Utf8JsonWriter(bytes, relaxed);
        Json.WriteStartObject();
        Json.WriteString("specversion"u8, "1.0"u8);
        Json.WriteString("id"u8, noId);
        Json.WriteString("source"u8, source);
        Json.WriteString("type"u8, type);
        Json.WriteString("subject"u8, subscription.Subject);
        Json.WriteString("time"u8, time.UtcDateTime);
        Json.WriteString("datacontenttype"u8, "application/json"u8);
        Json.WriteStartObject("data"u8);
    }

    /// <summary>Where events can be written, one after the other.</summary>
    public static ArrayBufferWriter<byte> Space() => new(BufferBytes);

    /// <summary>Where the data is written.</summary>
    public Utf8JsonWriter Json { get; }

    /// <summary>Bytes written so far.</summary>
    public long Length => Json.BytesCommitted + Json.BytesPending;

    /// <summary>Ends the event.</summary>
    public WebhookMessage End(Subscription subscription)
    {
        Json.WriteEndObject();
        Json.WriteEndObject();
        Json.Flush();
        var written = bytes.WrittenSpan.ToArray();
        var id = IdPrefix + Base64Url.EncodeToString(Hash(subscription, written));
        Encoding.ASCII.GetBytes(id, written.AsSpan(signedHead + idAt));
        return new WebhookMessage(id, written, signedHead);
    }

    /// <inheritdoc/>
    public void Dispose() => Json.Dispose();

    /// <summary>Hashes subscription, revision, a hash of the scope, and the body, which all lie in one piece before the body is signed.</summary>
    byte[] Hash(Subscription subscription, Span<byte> written)
    {
        subscription.Id.TryWriteBytes(written, bigEndian: true, out _);
        BinaryPrimitives.WriteInt32BigEndian(written[16..], subscription.Revision);
        XxHash128.Hash(MemoryMarshal.AsBytes(scope.AsSpan()), written[20..]);
        return XxHash128.Hash(written);
    }
}

/// <summary>An event as it is sent.</summary>
sealed class WebhookMessage(string id, byte[] written, int signedHead)
{
    /// <summary>Its webhook-id.</summary>
    public string Id => id;

    /// <summary>The body.</summary>
    public ArraySegment<byte> Body => new(written, signedHead, written.Length - signedHead);

    /// <summary>What is signed when it is sent at this time.</summary>
    /// <param name="timestamp">The webhook-timestamp, as it is sent.</param>
    public ReadOnlyMemory<byte> SignedAt(DateTimeOffset now, out string timestamp)
    {
        timestamp = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        Encoding.ASCII.GetBytes($"{id}.{timestamp}.", written);
        return written;
    }
}
