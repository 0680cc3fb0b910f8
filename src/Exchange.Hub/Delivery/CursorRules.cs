using Exchange.Hub.Platform;

namespace Exchange.Hub.Delivery;

/// <summary>When a cursor is honoured.</summary>
static class CursorRules
{
    /// <summary>Refuses a cursor that belongs to something else than this reader's view of this dataset.</summary>
    /// <param name="cursor">What the cursor belongs to.</param>
    /// <param name="reader">What it is used for.</param>
    /// <param name="isKnown">Whether the place that it names still exists.</param>
    /// <exception cref="HubException">It is over.</exception>
    public static void Check(CursorScope cursor, CursorScope reader, bool isKnown)
    {
        if (cursor.Epoch != reader.Epoch || !isKnown)
            throw new HubException(ErrorKind.Gone, "cursor-expired", "The hub was restored from a backup after this cursor was made, so changes may be missing behind it. Read a snapshot again, without a cursor.");
        if (cursor != reader)
            throw new HubException(ErrorKind.Gone, "grant-changed", "The cursor was made under another grant or other terms, so what it continues is not what may be seen now. Read a snapshot again, without a cursor.");
    }
}
