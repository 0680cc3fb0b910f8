using Exchange.Engine.Records;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing.Access;
using Exchange.Hub.Sharing.Use;

namespace Exchange.Hub.Delivery;

/// <summary>
/// One reading of records after the gate let it in, by a request or for a subscription: what it sees, when it must stop,
/// and what it has taken. Every record leaves through <see cref="Show"/>. Not thread-safe.
/// </summary>
sealed class Reading : IDisposable
{
    readonly CancellationTokenSource stop;
    readonly JsonBuffer shown = new(16 * 1024);

    /// <summary>Begins to read.</summary>
    /// <param name="access">What the gate allows.</param>
    /// <param name="reader">Fires when the reader leaves.</param>
    public Reading(ReadAccess access, CancellationToken reader)
    {
        Access = access;
        stop = CancellationTokenSource.CreateLinkedTokenSource(reader, access.Ended);
    }

    /// <summary>What the gate allows.</summary>
    public ReadAccess Access { get; }

    /// <summary>Fires when the reader leaves or the grant ends: not another byte may leave.</summary>
    public CancellationToken Stop => stop.Token;

    /// <summary>
    /// Whether seqs are told. Not to a reader of some rows only: gaps between them would tell of the others, even of
    /// their keys where a source is read in the order of keys.
    /// </summary>
    public bool TellsSeq => Access.Rows.IsNone;

    /// <summary>Records that were taken.</summary>
    public long Records { get; private set; }

    /// <summary>Bytes of them.</summary>
    public long Bytes { get; private set; }

    /// <summary>Answers a request, and records how it ended.</summary>
    /// <param name="http">The request.</param>
    /// <param name="access">What the gate allows.</param>
    /// <param name="log">Where an early end is noted.</param>
    /// <param name="form">What is sent: <c>record</c>, <c>page</c>, <c>ndjson</c>, …</param>
    /// <param name="key">Key of the record that is looked up; else null.</param>
    /// <param name="answer">Sends the answer.</param>
    public static async Task AnswerAsync(HttpContext http, ReadAccess access, UseLog log, string form, string? key, Func<Reading, Task> answer)
    {
        using var reading = new Reading(access, http.RequestAborted);
        try
        {
            await answer(reading);
            access.RecordUse(UseOutcome.Served, form, reading.Records, reading.Bytes, key);
        }
        catch (HubException refusal) when (!http.Response.HasStarted)
        {
            access.RecordUse(UseOutcome.Refused, form, 0, 0, key, refusal.Code);
            throw;
        }
        catch (Exception) when (access.Ended.IsCancellationRequested)
        {
            log.GrantEnded(http, access, form);
            access.RecordUse(UseOutcome.BrokenOff, form, reading.Records, reading.Bytes, key, "grant-ended");
            if (http.Response.HasStarted)
                throw;
            throw HubException.Forbidden("grant-ended", "The grant of this request ended while it was answered. GET …/explain says how it stands.");
        }
        catch (Exception)
        {
            access.RecordUse(UseOutcome.BrokenOff, form, reading.Records, reading.Bytes, key, http.RequestAborted.IsCancellationRequested ? "client-gone" : "failed");
            throw;
        }
    }

    /// <summary>Takes records from the grant's quota, before the first of them leaves.</summary>
    /// <exception cref="HubException">The quota does not allow so many.</exception>
    public ValueTask TakeAsync(long records) => Access.TakeAsync(records, Stop);

    /// <summary>What may be seen of a record, counted as taken. Valid until the next call.</summary>
    public ReadOnlySpan<byte> Show(ReadOnlySpan<byte> document)
    {
        shown.Clear();
        return Access.View.IsWhole ? Count(document) : Count(Add(document));
    }

    /// <summary>Gathers what may be seen of a record as a line of <see cref="Lines"/>, counted as taken.</summary>
    public void AddLine(ReadOnlySpan<byte> document)
    {
        Count(Add(document));
        shown.Write((byte)'\n');
    }

    /// <summary>Takes the lines that were gathered. Valid until the next call of any other member.</summary>
    public ReadOnlySpan<byte> TakeLines()
    {
        var lines = shown.WrittenSpan;
        shown.Clear();
        return lines;
    }

    /// <summary>Sends a whole answer to a request, unless the grant has ended meanwhile.</summary>
    public async Task SendAsync(HttpContext http, ReadOnlyMemory<byte> body)
    {
        Stop.ThrowIfCancellationRequested();
        http.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(http.Request.Method))
            await http.Response.Body.WriteAsync(body, Stop);
    }

    /// <summary>Takes note of bytes of records that were counted before, such as those of a prepared file.</summary>
    public void AddBytes(long sent) => Bytes += sent;

    /// <inheritdoc/>
    public void Dispose() => stop.Dispose();

    ReadOnlySpan<byte> Add(ReadOnlySpan<byte> document)
    {
        var start = shown.Length;
        Access.View.Write(document, shown);
        return shown.WrittenSpan[start..];
    }

    ReadOnlySpan<byte> Count(ReadOnlySpan<byte> document)
    {
        Records++;
        Bytes += document.Length;
        return document;
    }
}
