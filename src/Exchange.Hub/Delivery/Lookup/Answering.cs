using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing.Access;
using Exchange.Hub.Sharing.Use;

namespace Exchange.Hub.Delivery.Lookup;

/// <summary>What look-ups and verifications share: an answer is made, and its use recorded, before a byte of it leaves.</summary>
static class Answering
{
    /// <summary>Refuses to say that a record is not there where nobody can know.</summary>
    public static void RequirePublished(DatasetHead head)
    {
        if (!head.Storage)
            throw HubException.Unavailable("source-unavailable", $"Dataset '{head.Name}' has no publication yet, so nobody can say whether it has such a record. Ask {head.Department}.");
    }

    /// <summary>The one record that was found, or why there is none.</summary>
    public static PointRecord Single(PointRead read)
    {
        var name = read.Dataset.Head.Name;
        return read.Found switch
        {
            [] => throw HubException.NotFound("record-not-found", $"Dataset '{name}' has no such record as of publication {read.Dataset.Head.Publication}."),
            [{ Doc: null } deleted] => throw new HubException(ErrorKind.Gone, "record-deleted", $"The record was deleted from dataset '{name}' in publication {deleted.Publication}."),
            [var record] => record,
            _ => throw NotUnique(name),
        };
    }

    /// <summary>More than one record was found.</summary>
    public static HubException NotUnique(string dataset) =>
        HubException.Conflict("not-unique", $"More than one record of dataset '{dataset}' has these values, and none of them is shown. Look up by the key, or by more fields.");

    /// <summary>Whose word an answer is.</summary>
    public static AnswerSource SourceOf(DatasetHead head) => new(head.Name, head.Department, head.Publication, head.PublishedAt);

    /// <summary>Makes one answer; a refusal is recorded as such.</summary>
    /// <param name="read">What was read.</param>
    /// <param name="form"><c>lookup</c> or <c>verify</c>.</param>
    /// <param name="key">The key that was asked for; null where it was asked by fields.</param>
    /// <param name="answer">Makes the answer and says what it takes.</param>
    public static async Task<Answer> RecordedAsync(PointRead read, string form, string? key, Func<Task<Answer>> answer)
    {
        try
        {
            RequirePublished(read.Dataset.Head);
            var made = await answer();
            if (read.Access.Ended.IsCancellationRequested)
                throw HubException.Forbidden("grant-ended", "The grant of this request ended while it was answered. GET …/explain says how it stands.");
            read.Access.RecordUse(UseOutcome.Served, form, made.Records, made.Bytes, made.Key ?? key);
            if (made.Guess is { } guess)
                read.Access.NoteGuess(guess);
            return made;
        }
        catch (HubException refusal)
        {
            read.Access.RecordUse(UseOutcome.Refused, form, 0, 0, key, refusal.Code);
            throw;
        }
    }

    /// <summary>Answers a batch, whose items record their own use; a refusal of the whole is recorded as one.</summary>
    public static async Task<T> BatchAsync<T>(ReadAccess access, string form, Func<Task<T>> answer)
    {
        try
        {
            return await answer();
        }
        catch (HubException refusal)
        {
            access.RecordUse(UseOutcome.Refused, form, 0, 0, null, refusal.Code);
            throw;
        }
    }

    /// <summary>Sends an answer that nobody keeps: it may be personal data.</summary>
    public static async Task SendAsync(HttpContext http, ReadOnlyMemory<byte> body)
    {
        http.Response.ContentType = RecordFormats.Json;
        http.Response.Headers.CacheControl = "no-store";
        http.Response.ContentLength = body.Length;
        await http.Response.Body.WriteAsync(body, http.RequestAborted);
    }
}

/// <summary>An answer that was made.</summary>
/// <param name="Body">The bytes.</param>
/// <param name="Records">Records that it takes from the quota.</param>
/// <param name="Bytes">Bytes of them.</param>
/// <param name="Key">Key of the record that was found.</param>
/// <param name="Guess">What is noted of it when it may have been a guess.</param>
sealed record Answer(ReadOnlyMemory<byte> Body, long Records, long Bytes, string? Key, string? Guess = null);
