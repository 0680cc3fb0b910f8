namespace Exchange.Sdk;

/// <summary>
/// Reads files one after the other. A batch never spans two files, every file has the columns of the first, and no
/// file counts as read before its store has confirmed that nobody changed it meanwhile.
/// </summary>
sealed class FileReader : IRecordReader
{
    readonly IFileFormat format;
    readonly ReadRequest request;
    readonly ConnectorContext context;
    readonly FilePlan plan;
    readonly Queue<StoredFile> waiting;
    StoredFile? file;
    Stream? content;
    IAsyncEnumerator<DecodedFile>? members;
    IRecordReader? reader;
    string? firstOrigin;
    long count;

    FileReader(IFileFormat format, ReadRequest request, ConnectorContext context, FilePlan plan)
    {
        (this.format, this.request, this.context, this.plan) = (format, request, context, plan);
        waiting = new(plan.ToRead);
    }

    public IReadOnlyList<SourceColumn> Columns { get; private set; } = [];

    /// <summary>The file being read, with the member of an archive where there is one.</summary>
    public string? Origin { get; private set; }

    public static async Task<FileReader> OpenAsync(IFileFormat format, ReadRequest request, ConnectorContext context, CancellationToken cancellationToken)
    {
        var plan = await FilePlan.MakeAsync(request, context, cancellationToken);
        var opened = new FileReader(format, request, context, plan);
        try
        {
            if (plan.ToRead.Count > 0)
                await opened.NextMemberAsync(cancellationToken);
            else
                await opened.TakeColumnsOfAsync(plan.Newest, cancellationToken);
            return opened;
        }
        catch
        {
            await opened.DisposeAsync();
            throw;
        }
    }

    public async ValueTask<ReadEnd?> ReadAsync(Batch batch, CancellationToken cancellationToken)
    {
        batch.Clear(Columns.Count);
        if (reader is null && !await NextMemberAsync(cancellationToken))
            return new ReadEnd(plan.Full, count, plan.Checkpoint);
        var end = await GuardAsync(async () => await reader!.ReadAsync(batch, cancellationToken), cancellationToken);
        batch.Origin = Origin;
        count += batch.RowCount + batch.Rejects.Count;
        if (end is not null)
        {
            await reader!.DisposeAsync();
            reader = null;
        }
        return count >= request.Limit ? new ReadEnd(false, count) : null;
    }

    /// <summary>Rows of all files, from how far into the first file the sample reached; null behind decoders, where sizes say little.</summary>
    public long? EstimateRows(Batch sample, ReadEnd? end)
    {
        if (sample.RowCount == 0)
            return 0;
        var last = sample.Position(sample.RowCount - 1).ByteOffset;
        var total = plan.ToRead.Sum(each => each.Length);
        if (FileConnector.FilesOf(context).Decoders.Count > 0 || last < 0)
            return null;
        if (reader is null && waiting.Count == 0 && end is null)
            return sample.RowCount; // the whole of the only file lies in the sample
        return last == 0 ? null : Math.Max(sample.RowCount, (sample.RowCount - 1) * total / last);
    }

    public async ValueTask DisposeAsync()
    {
        if (reader is not null)
            await reader.DisposeAsync();
        await CloseFileAsync();
        reader = null;
    }

    // Moves to the next member, of this file or of the next one. False when all were read.
    async Task<bool> NextMemberAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (members is not null && await GuardAsync(async () => await members.MoveNextAsync(), cancellationToken))
            {
                await OpenMemberAsync(members.Current, cancellationToken);
                return true;
            }
            if (file is not null)
                await FinishFileAsync(cancellationToken);
            if (!waiting.TryDequeue(out file))
                return false;
            var files = FileConnector.FilesOf(context);
            content = await files.Store.OpenAsync(file, files.StoreContext, cancellationToken);
            members = Decode(new DecodedFile(file.Name, content), files.Decoders, 0, cancellationToken).GetAsyncEnumerator(cancellationToken);
        }
    }

    async Task OpenMemberAsync(DecodedFile member, CancellationToken cancellationToken)
    {
        Origin = member.Name;
        reader = await GuardAsync(() => format.OpenAsync(member, request, context, cancellationToken), cancellationToken);
        if (firstOrigin is null)
            (firstOrigin, Columns) = (member.Name, reader.Columns);
        else if (!reader.Columns.Select(column => column.Name).SequenceEqual(Columns.Select(column => column.Name)))
            throw new ConnectorException(ConnectorErrorKind.SourceSchemaChanged, Difference(member.Name, reader.Columns));
    }

    async Task FinishFileAsync(CancellationToken cancellationToken)
    {
        var files = FileConnector.FilesOf(context);
        await CloseFileAsync();
        await files.Store.VerifyAsync(file!, files.StoreContext, cancellationToken);
        file = null;
    }

    async Task CloseFileAsync()
    {
        if (members is not null)
            await members.DisposeAsync();
        if (content is not null)
            await content.DisposeAsync();
        (members, content) = (null, null);
    }

    async Task TakeColumnsOfAsync(StoredFile newest, CancellationToken cancellationToken)
    {
        waiting.Enqueue(newest);
        await NextMemberAsync(cancellationToken);
        await DisposeAsync();
        file = null;
    }

    // A half-written file looks broken in many ways; what the person must know is that it is half-written.
    async Task<T> GuardAsync<T>(Func<Task<T>> step, CancellationToken cancellationToken)
    {
        try
        {
            return await step();
        }
        catch (ConnectorException error) when (error.Kind == ConnectorErrorKind.Configuration && file is not null)
        {
            var files = FileConnector.FilesOf(context);
            await files.Store.VerifyAsync(file, files.StoreContext, cancellationToken);
            throw;
        }
    }

    static async IAsyncEnumerable<DecodedFile> Decode(DecodedFile outer, IReadOnlyList<ConfiguredDecoder> decoders, int depth,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (depth == decoders.Count)
        {
            yield return outer;
            yield break;
        }
        await foreach (var inner in decoders[depth].Decoder.DecodeAsync(outer, decoders[depth].Context, cancellationToken))
        {
            await foreach (var member in Decode(inner, decoders, depth + 1, cancellationToken))
                yield return member;
        }
    }

    string Difference(string name, IReadOnlyList<SourceColumn> columns)
    {
        var now = columns.Select(column => column.Name).ToList();
        var before = Columns.Select(column => column.Name).ToList();
        var missing = before.Except(now).ToList();
        var added = now.Except(before).ToList();
        var what = missing.Count + added.Count == 0
            ? "the same columns in another order"
            : string.Join("; ", new[] { Named("missing", missing), Named("new", added) }.Where(part => part.Length > 0));
        return $"{name} does not have the columns of {firstOrigin}: {what}. Nothing was taken; ask the sender, or give the two kinds of file a source each.";
    }

    static string Named(string label, List<string> names) => names.Count == 0 ? "" : $"{label} {string.Join(", ", names)}";
}
