using System.Text.Json;

namespace Exchange.Sdk;

/// <summary>Which files a read takes, and the checkpoint that holds once they are read.</summary>
/// <param name="ToRead">In order, oldest first.</param>
/// <param name="Newest">The newest complete file, read or not.</param>
/// <param name="Full">True when reading them sees the whole stream.</param>
/// <param name="Checkpoint">Every file read so far; null when the store takes only the newest.</param>
sealed record FilePlan(IReadOnlyList<StoredFile> ToRead, StoredFile Newest, bool Full, string? Checkpoint)
{
    public static async Task<FilePlan> MakeAsync(ReadRequest request, ConnectorContext context, CancellationToken cancellationToken)
    {
        var files = FileConnector.FilesOf(context);
        var listed = await files.Store.ListAsync(files.StoreContext, cancellationToken);
        var complete = listed.Where(file => file.Complete).ToList();
        if (complete.Count == 0)
        {
            var place = files.Store.PlaceOf(files.StoreContext);
            throw new ConnectorException(ConnectorErrorKind.Unavailable, listed.Count == 0
                ? $"No file yet that matches {place}."
                : $"No complete file yet that matches {place}: {listed[^1].Name} is still being written, or its marker is missing.");
        }
        if (files.Store.SelectionOf(files.StoreContext) == FileSelection.Newest)
            return new FilePlan([complete[^1]], complete[^1], Full: true, Checkpoint: null);

        var checkpoint = JsonSerializer.Serialize(complete.Select(FileRead.Of));
        if (request.Mode == ReadMode.Full || request.Checkpoint is null)
            return new FilePlan(complete, complete[^1], request.Mode == ReadMode.Full, checkpoint);
        var read = ReadBefore(request.Checkpoint);
        return new FilePlan([.. complete.Where(file => !read.Contains(FileRead.Of(file)))], complete[^1], Full: false, checkpoint);
    }

    static HashSet<FileRead> ReadBefore(string checkpoint)
    {
        try
        {
            return JsonSerializer.Deserialize<HashSet<FileRead>>(checkpoint) ?? [];
        }
        catch (JsonException error)
        {
            throw new ConnectorException(ConnectorErrorKind.StateExpired, "The checkpoint is not a list of files; read everything again.", error);
        }
    }

    // A file that was changed after it was read is another file: it is read again, which is harmless.
    sealed record FileRead(string Name, long Length, DateTimeOffset ModifiedAt)
    {
        public static FileRead Of(StoredFile file) => new(file.Name, file.Length, file.ModifiedAt);
    }
}
