using System.Text.Json;
using Npgsql;

namespace Exchange.Hub.Delivery;

/// <summary>One line of the change feed: a key at its latest change.</summary>
/// <param name="Seq">Its place in the feed; null for a key that left the reader's rows.</param>
/// <param name="Doc">The record's stored bytes; null for a tombstone.</param>
readonly record struct Change(string Key, long? Seq, int Publication, byte[]? Doc)
{
    /// <summary>Reads a row of <see cref="RecordReads.Changes"/>.</summary>
    public static Change Read(NpgsqlDataReader row) =>
        new(row.GetString(0), row.GetInt64(1), row.GetInt32(2), row.GetBoolean(3) ? null : row.GetFieldValue<byte[]>(4));

    /// <summary>Reads a row of <see cref="RecordReads.Left"/>.</summary>
    public static Change ReadLeft(NpgsqlDataReader row) => new(row.GetString(0), null, row.GetInt32(1), null);

    /// <summary>Writes it as the reader may see it.</summary>
    public void WriteTo(Utf8JsonWriter json, Reading reading)
    {
        json.WriteStartObject();
        json.WriteString("op"u8, Doc is null ? "delete"u8 : "upsert"u8);
        json.WriteString("key"u8, Key);
        if (reading.TellsSeq)
            json.WriteNumber("seq"u8, Seq!.Value);
        json.WriteNumber("publication"u8, Publication);
        if (Doc is not null)
        {
            json.WritePropertyName("record"u8);
            json.WriteRawValue(reading.Show(Doc), skipInputValidation: true);
        }
        json.WriteEndObject();
    }
}
