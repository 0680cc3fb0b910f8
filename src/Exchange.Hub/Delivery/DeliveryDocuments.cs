using System.Text.Json;

namespace Exchange.Hub.Delivery;

// The shapes of the answers, for /openapi/v1.json: the answers themselves are written from stored bytes.

/// <summary>A page of records.</summary>
/// <param name="Items">In the order of their keys.</param>
/// <param name="Next">Give it as <c>cursor</c> to go on; null on the last page.</param>
/// <param name="AsOf">The publication that the whole walk shows; 0 before the first.</param>
/// <param name="Note">Says so when the dataset has no publication yet.</param>
sealed record RecordPage(IReadOnlyList<RecordItem> Items, string? Next, int AsOf, string? Note);

/// <summary>A record on a page.</summary>
/// <param name="Seq">Its place in the change feed; not told to a reader of some rows only.</param>
/// <param name="Record">As it was published.</param>
sealed record RecordItem(string Key, long? Seq, JsonElement Record);

/// <summary>A page of the change feed.</summary>
/// <param name="Items">In the order of changes, each key at its latest; after them the keys that left the rows of a reader of some rows only.</param>
/// <param name="Next">Keep it, and give it as <c>cursor</c> to go on from here, now or later.</param>
/// <param name="More">Whether more changes wait already.</param>
sealed record ChangePage(IReadOnlyList<ChangeItem> Items, string Next, bool More);

/// <summary>A change.</summary>
/// <param name="Op"><c>upsert</c> or <c>delete</c>.</param>
/// <param name="Seq">Its place in the feed; not told to a reader of some rows only.</param>
/// <param name="Record">Not there when the key was deleted.</param>
sealed record ChangeItem(string Op, string Key, long? Seq, int Publication, JsonElement? Record);
