namespace Exchange.Sdk;

/// <summary>Code that reaches one kind of place where files lie: a folder, SFTP, HTTP, S3.</summary>
public interface IFileStore
{
    /// <summary>Name, title and the options record.</summary>
    PluginInfo Info { get; }

    /// <summary>Probes the place in named sub-steps.</summary>
    IAsyncEnumerable<CheckStep> CheckAsync(ConnectorContext context, CancellationToken cancellationToken);

    /// <summary>Lists the files that match, oldest first. Files not yet complete are listed with <see cref="StoredFile.Complete"/> false.</summary>
    /// <exception cref="ConnectorException">The place cannot be listed.</exception>
    Task<IReadOnlyList<StoredFile>> ListAsync(ConnectorContext context, CancellationToken cancellationToken);

    /// <summary>Opens one listed file for reading from its beginning.</summary>
    /// <exception cref="ConnectorException">The file is gone or not readable.</exception>
    Task<Stream> OpenAsync(StoredFile file, ConnectorContext context, CancellationToken cancellationToken);

    /// <summary>Makes sure, after a file was read, that it is still the file that was listed.</summary>
    /// <exception cref="ConnectorException">Unavailable: somebody changed the file while it was read.</exception>
    Task VerifyAsync(StoredFile file, ConnectorContext context, CancellationToken cancellationToken);

    /// <summary>Where it looks and for which files, as messages say it: <c>/data/drop/*.csv</c>. Never a secret.</summary>
    string PlaceOf(ConnectorContext context);

    /// <summary>Which of the listed files a read takes.</summary>
    FileSelection SelectionOf(ConnectorContext context);
}

/// <summary>Which files a read takes.</summary>
public enum FileSelection
{
    /// <summary>The newest complete file is the whole stream.</summary>
    Newest,

    /// <summary>All complete files together are the whole stream.</summary>
    Every,
}

/// <summary>One file in a store.</summary>
/// <param name="Name">Path relative to the store's root, with forward slashes.</param>
/// <param name="Length">Bytes.</param>
/// <param name="ModifiedAt">Last change.</param>
/// <param name="Complete">False while somebody may still be writing it.</param>
public sealed record StoredFile(string Name, long Length, DateTimeOffset ModifiedAt, bool Complete);

/// <summary>Code that unwraps bytes: gzip, zip, a cipher. A code page is an option of a format, not a decoder.</summary>
public interface IFileDecoder
{
    /// <summary>Name, title and the options record.</summary>
    PluginInfo Info { get; }

    /// <summary>
    /// The members of a file: one for gzip, each matching entry for zip. Members are read one after the other, each to
    /// its end before the next is asked for.
    /// </summary>
    /// <exception cref="ConnectorException">The bytes are not what the decoder reads, or break a cap.</exception>
    IAsyncEnumerable<DecodedFile> DecodeAsync(DecodedFile file, ConnectorContext context, CancellationToken cancellationToken);
}

/// <summary>Bytes on their way from a store to a format.</summary>
/// <param name="Name">For positions shown to people.</param>
/// <param name="Content">Read once, forward.</param>
public sealed record DecodedFile(string Name, Stream Content);

/// <summary>Code that decodes one kind of file into rows.</summary>
public interface IFileFormat
{
    /// <summary>Name, title and the options record.</summary>
    PluginInfo Info { get; }

    /// <summary>Opens one file. The reader owns the stream.</summary>
    /// <exception cref="ConnectorException">The file is not of this format.</exception>
    Task<IRecordReader> OpenAsync(DecodedFile file, ReadRequest request, ConnectorContext context, CancellationToken cancellationToken);
}
