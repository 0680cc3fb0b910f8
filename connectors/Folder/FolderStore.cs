using Exchange.Sdk;

namespace Exchange.Connectors.Folder;

/// <summary>Files in a folder of this machine or of a mounted share.</summary>
public sealed class FolderStore : IFileStore
{
    /// <inheritdoc/>
    public PluginInfo Info { get; } = new("folder", "Folder", typeof(FolderOptions));

    /// <inheritdoc/>
    public FileSelection SelectionOf(ConnectorContext context) => context.Options<FolderOptions>().Take;

    /// <inheritdoc/>
    public string PlaceOf(ConnectorContext context) =>
        Path.Combine(Path.GetFullPath(context.Options<FolderOptions>().Path, context.BaseDirectory), context.Options<FolderOptions>().Pattern);

    /// <inheritdoc/>
    public IAsyncEnumerable<CheckStep> CheckAsync(ConnectorContext context, CancellationToken cancellationToken) => Check(context).ToAsyncEnumerable();

    /// <inheritdoc/>
    public Task<IReadOnlyList<StoredFile>> ListAsync(ConnectorContext context, CancellationToken cancellationToken) =>
        Task.FromResult(Guarded(context.Options<FolderOptions>(), () => List(context, cancellationToken)));

    /// <inheritdoc/>
    public Task<Stream> OpenAsync(StoredFile file, ConnectorContext context, CancellationToken cancellationToken) =>
        Task.FromResult<Stream>(Guarded(context.Options<FolderOptions>(), () => RootOf(context).Open(file.Name)));

    /// <inheritdoc/>
    public Task VerifyAsync(StoredFile file, ConnectorContext context, CancellationToken cancellationToken)
    {
        var now = Guarded(context.Options<FolderOptions>(), () => RootOf(context).Find(file.Name));
        if (now is null || now.Length != file.Length || ModifiedAt(now) != file.ModifiedAt)
        {
            throw new ConnectorException(ConnectorErrorKind.Unavailable,
                $"{file.Name} was {(now is null ? "taken away" : "changed")} while it was read: it is still being written. Nothing was taken from it; it is read again later.");
        }
        return Task.CompletedTask;
    }

    static IEnumerable<CheckStep> Check(ConnectorContext context)
    {
        var options = context.Options<FolderOptions>();
        var (root, failure) = Try(options, () => RootOf(context));
        if (root is null)
        {
            yield return new CheckStep("folder", CheckOutcome.Failed, failure!.Message, "Create the folder, or correct \"path\".");
            yield return new CheckStep("list", CheckOutcome.Skipped, "No folder to list.");
            yield break;
        }
        yield return new CheckStep("folder", CheckOutcome.Passed, $"{root} is there.");
        (var files, failure) = Try(options, () => List(context, CancellationToken.None));
        if (files is null)
        {
            yield return new CheckStep("list", CheckOutcome.Failed, failure!.Message, "Give the hub's user the right to list and read the folder.");
            yield break;
        }
        var complete = files.Count(file => file.Complete);
        var seen = $"{files.Count} match \"{options.Pattern}\", {complete} of them complete.";
        yield return complete > 0 ? new CheckStep("list", CheckOutcome.Passed, seen) : new CheckStep("list", CheckOutcome.Failed, seen,
            files.Count == 0 ? "Put a file there, or correct \"pattern\"."
            : options.Marker is { } marker ? $"Put the marker \"{marker}\" beside the file, or leave \"marker\" out."
            : $"Wait until the file has not changed for {options.CompleteAfterSeconds} s.");
    }

    static IReadOnlyList<StoredFile> List(ConnectorContext context, CancellationToken cancellationToken)
    {
        var (options, root) = (context.Options<FolderOptions>(), RootOf(context));
        var glob = new Glob(options.Pattern);
        var names = root.Names(glob.Deep).ToHashSet(StringComparer.Ordinal);
        var markers = options.Marker is null ? [] : names.Select(name => MarkerOf(name, options.Marker)).Where(names.Contains).ToHashSet(StringComparer.Ordinal);
        var settled = context.TimeProvider.GetUtcNow().AddSeconds(-options.CompleteAfterSeconds);
        var files = new List<StoredFile>();
        foreach (var name in names.Where(name => glob.Matches(name) && !markers.Contains(name)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (root.Find(name) is not { } file)
                continue;
            var complete = options.Marker is null ? ModifiedAt(file) <= settled : names.Contains(MarkerOf(name, options.Marker));
            files.Add(new StoredFile(name, file.Length, ModifiedAt(file), complete));
        }
        return [.. files.OrderBy(file => file.ModifiedAt).ThenBy(file => file.Name, StringComparer.Ordinal)];
    }

    static string MarkerOf(string name, string template)
    {
        var folder = name[..(name.LastIndexOf('/') + 1)];
        var file = name[folder.Length..];
        return folder + template.Replace("{name}", file, StringComparison.Ordinal)
            .Replace("{stem}", Path.GetFileNameWithoutExtension(file), StringComparison.Ordinal);
    }

    static Root RootOf(ConnectorContext context) => new(context.Options<FolderOptions>().Path, context.BaseDirectory);

    static DateTimeOffset ModifiedAt(FileInfo file) => new(file.LastWriteTimeUtc, TimeSpan.Zero);

    static (T? Value, ConnectorException? Failure) Try<T>(FolderOptions options, Func<T> step) where T : class
    {
        try
        {
            return (Guarded(options, step), null);
        }
        catch (ConnectorException failure)
        {
            return (null, failure);
        }
    }

    static T Guarded<T>(FolderOptions options, Func<T> step)
    {
        var where = options.Path;
        try
        {
            return step();
        }
        catch (UnauthorizedAccessException error)
        {
            throw new ConnectorException(ConnectorErrorKind.Authentication, $"The hub's user may not read {where}: give it the right to.", error);
        }
        catch (FileNotFoundException error)
        {
            throw new ConnectorException(ConnectorErrorKind.Unavailable, $"{error.Message} is no longer in {where}. It is looked for again later.", error);
        }
        catch (IOException error)
        {
            throw new ConnectorException(ConnectorErrorKind.Unavailable, $"{where} cannot be read now: {error.Message}", error);
        }
    }
}
