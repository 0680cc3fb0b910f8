using Exchange.Engine.Records;
using Exchange.Hub.Delivery.Exports;
using Exchange.Hub.Delivery.Subscriptions;
using Exchange.Hub.Platform;

namespace Exchange.Hub.Delivery.Tables;

/// <summary>The records of a publication as the reader sees them, in the order of keys.</summary>
sealed class RecordSide : IAsyncDisposable
{
    readonly Stream copy;
    readonly CopyDocuments documents;
    readonly RecordView view;
    readonly JsonBuffer shown = new();

    RecordSide(Stream copy, RecordView view, IReadOnlyList<BoundColumn> columns)
    {
        this.copy = copy;
        this.view = view;
        documents = new CopyDocuments(copy);
        Row = new CanonicalRow(columns);
    }

    /// <summary>The row that was come to.</summary>
    public CanonicalRow Row { get; }

    public static async Task<RecordSide> OpenAsync(PushReading opened, int publication, IReadOnlyList<BoundColumn> columns, CancellationToken cancellationToken)
    {
        SqlText nothing = $"select null::text, null::text where false";
        SqlText copy = $"copy ({(opened.Snapshot.Head.Storage ? opened.Snapshot.Reads.AllByKey(opened.Reading.Access.Rows, publication) : nothing)}) to stdout (format binary)";
        return new RecordSide(await opened.Snapshot.Connection.BeginRawBinaryCopyAsync(copy.ToString(), cancellationToken), opened.Reading.Access.View, columns);
    }

    /// <summary>Goes on to the next; false at the end.</summary>
    public async ValueTask<bool> NextAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (documents.TryRead(out var key, out var document))
            {
                shown.Clear();
                view.Write(document, shown);
                Row.Set(key, shown.WrittenSpan);
                return true;
            }
            if (!await documents.ReadBlockAsync(cancellationToken))
                return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        documents.Dispose();
        await copy.DisposeAsync();
    }
}
