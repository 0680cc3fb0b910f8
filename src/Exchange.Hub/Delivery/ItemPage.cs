using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Exchange.Hub.Delivery;

/// <summary>
/// A page of items as JSON, held in memory until it is whole, so that a client gets a page or a problem and never half
/// a page. A page ends early when its bytes reach a bound: keyset cursors can go on from any item.
/// </summary>
sealed class ItemPage : IDisposable
{
    /// <summary>Bytes after which a page takes no more items.</summary>
    public const int EnoughBytes = 8 * 1024 * 1024;

    public static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    readonly ArrayBufferWriter<byte> bytes = new(64 * 1024);
    readonly Reading reading;
    readonly Utf8JsonWriter json;

    public ItemPage(Reading reading)
    {
        this.reading = reading;
        json = new Utf8JsonWriter(bytes, Options);
        json.WriteStartObject();
        json.WriteStartArray("items"u8);
    }

    public int Count { get; private set; }

    public bool IsFull => json.BytesCommitted + json.BytesPending >= EnoughBytes;

    /// <summary>Adds a record of a page.</summary>
    public void AddRecord(string key, long seq, ReadOnlySpan<byte> doc)
    {
        json.WriteStartObject();
        json.WriteString("key"u8, key);
        if (reading.TellsSeq)
            json.WriteNumber("seq"u8, seq);
        json.WritePropertyName("record"u8);
        json.WriteRawValue(reading.Show(doc), skipInputValidation: true);
        json.WriteEndObject();
        Count++;
    }

    /// <summary>Adds a change of the feed.</summary>
    public void AddChange(in Change change)
    {
        change.WriteTo(json, reading);
        Count++;
    }

    /// <summary>Ends the items; what follows stands beside them.</summary>
    public Utf8JsonWriter EndItems()
    {
        json.WriteEndArray();
        return json;
    }

    /// <summary>Sends the whole page.</summary>
    public async Task SendAsync(HttpContext http)
    {
        await reading.TakeAsync(reading.Records);
        json.WriteEndObject();
        await json.FlushAsync(reading.Stop);
        http.Response.ContentType = RecordFormats.Json;
        await reading.SendAsync(http, bytes.WrittenMemory);
    }

    public void Dispose() => json.Dispose();
}
