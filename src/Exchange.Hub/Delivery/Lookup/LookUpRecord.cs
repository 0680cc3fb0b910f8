using System.Text.Json;
using Exchange.Engine.Records;
using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing;
using Exchange.Hub.Sharing.Access;
using Exchange.Hub.Sharing.Use;

namespace Exchange.Hub.Delivery.Lookup;

/// <summary>Looks single records up by key or declared fields: what the grant shows of each, with its source.</summary>
sealed class LookUpRecord(PointReads points, HubOptions options)
{
    const string Form = "lookup";

    /// <summary>Looks one up.</summary>
    /// <exception cref="HubException">There is none, or more than one; or the caller may not.</exception>
    public async Task HandleAsync(string dataset, LookupQuestion question, HttpContext http)
    {
        var read = await points.ReadAsync(http, dataset, DeliveryMode.Lookup, known => LookupQueries.Of(known, question));
        var answer = await Answering.RecordedAsync(read, Form, question.Key, async () =>
        {
            LookupQueries.RefuseHidden(read.Access, question.Fields?.Keys ?? []);
            var record = Answering.Single(read);
            await read.Access.TakeAsync(1, http.RequestAborted);
            var (body, shown) = Write(read, record);
            return new Answer(body, 1, shown, record.Key);
        });
        await Answering.SendAsync(http, answer.Body);
    }

    /// <summary>Looks several up, all as of one publication; each counts, and is recorded, as one.</summary>
    /// <exception cref="HubException">Some questions will not do, the quota does not allow so many, or the caller may not.</exception>
    public async Task HandleAsync(string name, LookupBatch batch, HttpContext http)
    {
        BatchSize.Check(batch.Items.Count, options);
        var (opened, access) = await points.OpenAsync(http, name, DeliveryMode.Lookup);
        var body = await Answering.BatchAsync(access, Form, async () =>
        {
            Answering.RequirePublished(opened.Head);
            LookupQueries.RefuseHidden(access, batch.Items.SelectMany(item => item.Fields?.Keys ?? []));
            var (dataset, found) = await points.ReadAllAsync(
                opened, access, batch.Items.Count, known => [.. batch.Items.Select((item, index) => LookupQueries.Of(known, item, $"/items/{index}"))], http.RequestAborted);
            await access.TakeAsync(found.Count(records => records is [{ Doc: not null }]), http.RequestAborted);
            return Write(access, dataset.Head, batch, found);
        });
        await Answering.SendAsync(http, body);
    }

    static ReadOnlyMemory<byte> Write(ReadAccess access, DatasetHead head, LookupBatch batch, IReadOnlyList<PointRecord>[] found)
    {
        var body = new JsonBuffer();
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteStartArray("answers"u8);
            foreach (var (question, records) in batch.Items.Zip(found))
                WriteAnswer(json, access, question, records);
            json.WriteEndArray();
            WriteSource(json, head);
            json.WriteEndObject();
        }
        return body.WrittenMemory;
    }

    static (ReadOnlyMemory<byte> Body, int Shown) Write(PointRead read, PointRecord record)
    {
        var shown = Show(read.Access, record.Doc!);
        var body = new JsonBuffer(shown.Length + 512);
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteString("key"u8, record.Key);
            json.WritePropertyName("record"u8);
            json.WriteRawValue(shown.Span, skipInputValidation: true);
            WriteSource(json, read.Dataset.Head);
            json.WriteEndObject();
        }
        return (body.WrittenMemory, shown.Length);
    }

    static void WriteAnswer(Utf8JsonWriter json, ReadAccess access, LookupQuestion question, IReadOnlyList<PointRecord> records)
    {
        var result = records switch { [] => "not-found", [{ Doc: null }] => "deleted", [_] => "found", _ => "not-unique" };
        json.WriteStartObject();
        json.WriteString("result"u8, result);
        if (result == "found")
        {
            var shown = Show(access, records[0].Doc!);
            json.WriteString("key"u8, records[0].Key);
            json.WritePropertyName("record"u8);
            json.WriteRawValue(shown.Span, skipInputValidation: true);
            access.RecordOne(UseOutcome.Served, Form, 1, shown.Length, records[0].Key, null);
        }
        else
            access.RecordOne(UseOutcome.Refused, Form, 0, 0, question.Key, result switch { "not-found" => "record-not-found", "deleted" => "record-deleted", _ => result });
        json.WriteEndObject();
    }

    static ReadOnlyMemory<byte> Show(ReadAccess access, byte[] document)
    {
        if (access.View.IsWhole)
            return document;
        var shown = new JsonBuffer(document.Length);
        access.View.Write(document, shown);
        return shown.WrittenMemory;
    }

    static void WriteSource(Utf8JsonWriter json, DatasetHead head)
    {
        json.WriteStartObject("source"u8);
        json.WriteString("dataset"u8, head.Name);
        json.WriteString("department"u8, head.Department);
        json.WriteNumber("publication"u8, head.Publication);
        if (head.PublishedAt is { } at)
            json.WriteString("asOf"u8, at);
        json.WriteEndObject();
    }
}

/// <summary>How many questions one request may hold.</summary>
static class BatchSize
{
    public static void Check(int count, HubOptions options) => new Validation()
        .Require(count >= 1 && count <= options.LookupBatchLimit, "/items", "is empty or too long", $"Give 1 to {options.LookupBatchLimit} questions at once.")
        .ThrowIfAny();
}
