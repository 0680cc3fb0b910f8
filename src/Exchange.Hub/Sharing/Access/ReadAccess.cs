using Exchange.Engine.Records;
using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Sharing.Grants;
using Exchange.Hub.Sharing.Use;

namespace Exchange.Hub.Sharing.Access;

/// <summary>What one request may see. Everything that leaves for it goes through <see cref="View"/> and <see cref="Rows"/>.</summary>
sealed class ReadAccess : IDisposable
{
    /// <summary>A timer cannot wait for longer than 49 days; no request lasts for as long as this.</summary>
    static readonly TimeSpan longestRequest = TimeSpan.FromDays(24);

    readonly UseRecorder recorder;
    readonly CancellationTokenSource? lifetime;
    readonly CancellationTokenRegistration ending;
    long taken;
    DateTimeOffset? takenOn;

    ReadAccess(UseRecorder recorder, GrantEntry? entry, RecordView view, RowFilter rows, CancellationTokenSource? lifetime)
    {
        this.recorder = recorder;
        this.lifetime = lifetime;
        Grant = entry?.Grant;
        View = view;
        Rows = rows;
        if (lifetime is not null)
            ending = entry!.Ended.Register(lifetime.Cancel);
    }

    /// <summary>The rule that allows it.</summary>
    public AccessRule Rule => Grant is null ? AccessRule.OwnData : AccessRule.Grant;

    /// <summary>The grant; null for own data.</summary>
    public Grant? Grant { get; }

    /// <summary>Id of the grant; zeros for own data. Cursors and entity tags carry it.</summary>
    public Guid GrantId => Grant?.Id ?? Guid.Empty;

    /// <summary>Version of the grant; 0 for own data. Cursors and entity tags carry it.</summary>
    public int Version => Grant?.Version ?? 0;

    /// <summary>What the data is read for.</summary>
    public string? Purpose => Grant?.Purpose ?? recorder.Question.Purpose;

    /// <summary>The line of the schema at whose end the reading must stop; null where the newest publication may be read.</summary>
    public PastLine? Line { get; private init; }

    /// <summary>What is shown of a record.</summary>
    public RecordView View { get; }

    /// <summary>Which records are shown.</summary>
    public RowFilter Rows { get; }

    /// <summary>Fires when the grant ends, is suspended or is narrowed: not another byte may leave.</summary>
    public CancellationToken Ended => lifetime?.Token ?? CancellationToken.None;

    /// <summary>Access to the whole of a dataset of one's own.</summary>
    public static ReadAccess ToOwnData(UseRecorder recorder) => new(recorder, null, RecordView.Whole, RowFilter.None, null);

    /// <summary>Access under a grant, until it ends or the line that it reads is read no more.</summary>
    public static ReadAccess Under(GrantEntry entry, PastLine? line, RecordView view, RowFilter rows, UseRecorder recorder, TimeProvider time)
    {
        var until = line is not null && line.Until < entry.Grant.Terms.Until ? line.Until : entry.Grant.Terms.Until;
        var left = until - recorder.Question.At;
        return new ReadAccess(recorder, entry, view, rows, new CancellationTokenSource(left < longestRequest ? left : Timeout.InfiniteTimeSpan, time)) { Line = line };
    }

    /// <summary>Takes records from the grant's quota. Call it before the first of them leaves.</summary>
    /// <exception cref="HubException">The quota does not allow so many; none was taken.</exception>
    public async ValueTask TakeAsync(long records, CancellationToken cancellationToken)
    {
        if (Grant is null)
            return;
        takenOn = await recorder.Quotas.TakeRecordsAsync(Grant, records, cancellationToken);
        taken += records;
    }

    /// <summary>Takes further requests from the grant's quota: each question of a batch counts as one.</summary>
    /// <exception cref="HubException">The quota does not allow so many; none was taken.</exception>
    public ValueTask TakeRequestsAsync(int count, CancellationToken cancellationToken) =>
        Grant is null || count == 0 ? ValueTask.CompletedTask : recorder.Quotas.TakeRequestAsync(Grant, cancellationToken, count);

    /// <summary>Records one question of a batch, whose records were taken together and have left.</summary>
    public void RecordOne(UseOutcome outcome, string form, long records, long bytes, string? key, string? reason)
    {
        recorder.Record(Grant, outcome, form, records, bytes, key, reason);
        if (reason is not null)
            NoteGuess(reason);
    }

    /// <summary>Has an answer watched from which a reader under a grant may learn by trying.</summary>
    public void NoteGuess(string code)
    {
        if (Grant is not null)
            recorder.Refusals.Note(recorder.Question.Caller, recorder.Question.Dataset.Name, code);
    }

    /// <summary>The case that the request named; null when it named none.</summary>
    public string? CaseNumber => recorder.CaseNumber;

    /// <summary>What is derived from the room's secret.</summary>
    public SharingKeys Keys => recorder.Keys;

    /// <summary>Records what the request has taken. Call it once, when the request ends.</summary>
    /// <param name="outcome">How it ended.</param>
    /// <param name="form">What was sent: <c>record</c>, <c>page</c>, <c>ndjson</c>, <c>csv</c>, <c>changes</c>, <c>correction</c>.</param>
    /// <param name="records">Records that left.</param>
    /// <param name="bytes">Bytes of them.</param>
    /// <param name="key">Key of the record that was looked up; only its HMAC is stored.</param>
    /// <param name="reason">Code of why it was refused or broken off.</param>
    public void RecordUse(UseOutcome outcome, string form, long records, long bytes, string? key = null, string? reason = null)
    {
        if (Grant is not null)
            recorder.Quotas.Settle(Grant.Id, takenOn, records - taken);
        recorder.Record(Grant, outcome, form, records, bytes, key, reason);
        if (Grant is not null && outcome == UseOutcome.Refused)
            recorder.Refusals.Note(recorder.Question.Caller, recorder.Question.Dataset.Name, reason!);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ending.Dispose();
        lifetime?.Dispose();
    }
}
