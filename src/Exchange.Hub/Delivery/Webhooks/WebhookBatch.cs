using System.Buffers;
using System.Text;
using Exchange.Hub.Delivery.Subscriptions;

namespace Exchange.Hub.Delivery.Webhooks;

/// <summary>Changes that go with one call.</summary>
/// <param name="Message">What is sent.</param>
/// <param name="Before">Where the target is before it.</param>
/// <param name="After">Where it is when it has taken it.</param>
/// <param name="Changes">How many changes.</param>
/// <param name="Records">How many of them are records.</param>
/// <param name="RecordBytes">Bytes of those.</param>
sealed record WebhookBatch(WebhookMessage Message, PushPlace Before, PushPlace After, int Changes, long Records, long RecordBytes);

/// <summary>What was read ahead, from one snapshot of the dataset.</summary>
/// <param name="Batches">The calls to make, in their order.</param>
/// <param name="End">Where the walk stands when all of them were taken.</param>
/// <param name="More">Whether more is left.</param>
sealed record WebhookBatches(IReadOnlyList<WebhookBatch> Batches, PushPlace End, bool More);

/// <summary>Cuts the walk through a dataset's changes into calls.</summary>
/// <param name="opened">The dataset.</param>
/// <param name="subscription">Whose calls they are.</param>
/// <param name="options">How much goes into one.</param>
/// <param name="hubAddress">Where the hub is reached.</param>
sealed class WebhookReader(PushReading opened, Subscription subscription, WebhookOptions options, string hubAddress) : IDisposable
{
    /// <summary>Bytes after which no more is read ahead.</summary>
    const long EnoughBytes = 1024 * 1024;

    readonly List<WebhookBatch> batches = [];
    readonly ArrayBufferWriter<byte> space = WebhookEvent.Space();
    Change last;
    WebhookEvent? open;
    int changes;
    long readAhead;
    (long Records, long Bytes) shownBefore;

    PushPlace Place => batches.Count == 0 ? Begin : batches[^1].After;

    PushPlace Begin { get; init; } = subscription.Place;

    /// <summary>The calls that a refused call's part of the feed makes now: what has changed again since comes in its own turn.</summary>
    public static WebhookReader ForLetter(PushReading opened, Subscription subscription, WebhookOptions options, string hubAddress, DeadLetter letter) =>
        new(opened, subscription, options, hubAddress) { Letter = letter, Begin = subscription.Place with { Cursor = letter.After } };

    DeadLetter? Letter { get; init; }

    /// <summary>Reads the next calls.</summary>
    /// <param name="most">How many at most.</param>
    public async Task<WebhookBatches> ReadAsync(int most)
    {
        var walk = opened.WalkFrom(Begin.Cursor);
        FeedCursor? part = Letter is null ? null : opened.Read(Letter.UpTo);
        await foreach (var change in walk.ReadAsync(((long)most * options.BatchSize) + 1, opened.Reading.Stop))
        {
            if (part is { } upTo && !IsIn(upTo, change))
                continue;
            if (open is not null && (changes == options.BatchSize || open.Length >= options.MaxBytes))
            {
                Close(walk.After(last));
                if (batches.Count == most || readAhead >= EnoughBytes)
                    return new WebhookBatches(batches, Place, More: true);
            }
            Add(change);
        }
        return End(walk.AfterAll);
    }

    /// <inheritdoc/>
    public void Dispose() => open?.Dispose();

    WebhookBatches End(FeedCursor next)
    {
        var all = opened.IsAll(next);
        if (open is null && TellsEnd(all))
            Start();
        if (open is not null)
            Close(next);
        // Before anything is published there is no reading to go on with.
        var end = opened.Snapshot.Head.Publication == 0 ? subscription.Place : PlaceAt(next);
        return new WebhookBatches(batches, end, More: !all);
    }

    /// <summary>Whether a reading ends without another change: the target must be told all the same.</summary>
    bool TellsEnd(bool all) => Letter is null && all && batches.Count == 0 && !subscription.Place.Whole && opened.Snapshot.Head.Publication > 0;

    void Add(in Change change)
    {
        if (open is null)
            Start();
        change.WriteTo(open!.Json, opened.Reading);
        last = change;
        changes++;
    }

    void Start()
    {
        var head = opened.Snapshot.Head;
        var source = $"{hubAddress}/api/v1/datasets/{head.Name}";
        open = new WebhookEvent("exchange.changes.v1", source, subscription, head.PublishedAt ?? DateTimeOffset.UnixEpoch, $"{Place.Reading}/{Place.Cursor}/{Letter?.Message}", space);
        var json = open.Json;
        json.WriteString("dataset"u8, head.Name);
        json.WriteNumber("publication"u8, head.Publication);
        json.WriteNumber("reading"u8, Place.Reading);
        json.WriteBoolean("begins"u8, Place.Cursor is null && Letter is null);
        if (Letter is not null)
            json.WriteString("letter"u8, Letter.Message);
        json.WriteString("previous"u8, Letter is null ? Place.Cursor : Letter.After);
        json.WriteStartArray("changes"u8);
        shownBefore = (opened.Reading.Records, opened.Reading.Bytes);
        changes = 0;
    }

    void Close(FeedCursor next)
    {
        var after = PlaceAt(next);
        using var ended = open!;
        var json = ended.Json;
        json.WriteEndArray();
        json.WriteString("next"u8, Letter is null ? after.Cursor : Letter.UpTo);
        json.WriteBoolean("more"u8, Letter is null && !opened.IsAll(next));
        json.WriteBoolean("whole"u8, Letter is null ? after.Whole : subscription.Place.Whole);
        var reading = opened.Reading;
        var message = ended.End(subscription);
        readAhead += message.Body.Count;
        batches.Add(new WebhookBatch(message, Place, after, changes, reading.Records - shownBefore.Records, reading.Bytes - shownBefore.Bytes));
        open = null;
    }

    PushPlace PlaceAt(FeedCursor next) =>
        subscription.Place with { Cursor = opened.Write(next), Whole = subscription.Place.Whole || opened.IsAll(next), Publication = opened.Snapshot.Head.Publication };

    /// <summary>Whether a change belongs to what a refused call held.</summary>
    static bool IsIn(FeedCursor upTo, in Change change) => change.Seq is { } seq
        ? seq <= upTo.Seq
        : upTo.Seq == upTo.Since || (upTo.Left is { } left && Encoding.UTF8.GetBytes(change.Key).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(left)) <= 0);
}
