using System.IO.Compression;
using System.Runtime.CompilerServices;
using Exchange.Sdk;

namespace Exchange.Connectors.Zip;

/// <summary>Entries of a zip archive, one file each.</summary>
public sealed class ZipDecoder : IFileDecoder
{
    /// <inheritdoc/>
    public PluginInfo Info { get; } = new("zip", "zip", typeof(ZipOptions));

    /// <inheritdoc/>
    public async IAsyncEnumerable<DecodedFile> DecodeAsync(DecodedFile file, ConnectorContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var options = context.Options<ZipOptions>();
        await using var content = await SeekableAsync(file, options, cancellationToken);
        using var archive = Open(file.Name, content);
        var left = options.MaxBytes;
        foreach (var entry in Chosen(file.Name, archive, options))
        {
            var name = $"{file.Name}/{entry.FullName}";
            await using var unpacked = new EntryStream(name, entry, left, options.MaxRatio);
            yield return new DecodedFile(name, unpacked);
            left -= unpacked.Unpacked;
        }
    }

    static ZipArchive Open(string name, Stream content)
    {
        try
        {
            return new ZipArchive(content, ZipArchiveMode.Read);
        }
        catch (InvalidDataException error)
        {
            throw new ConnectorException(ConnectorErrorKind.Configuration, $"{name} is no zip archive, or is cut off: its list of entries is missing. Ask the sender to send it again.", error);
        }
    }

    static IEnumerable<ZipArchiveEntry> Chosen(string name, ZipArchive archive, ZipOptions options)
    {
        if (archive.Entries.Count > options.MaxEntries)
            throw new ConnectorException(ConnectorErrorKind.Configuration, $"{name} has {archive.Entries.Count} entries, more than {options.MaxEntries}. Raise \"maxEntries\" if that is right.");
        var glob = new Glob(options.Pattern);
        var chosen = archive.Entries.Where(entry => !entry.FullName.EndsWith('/') && glob.Matches(entry.FullName))
            .OrderBy(entry => entry.FullName, StringComparer.Ordinal).ToList();
        if (chosen.Count == 0)
        {
            var there = archive.Entries.Count == 0 ? "it is empty" : $"it has {string.Join(", ", archive.Entries.Take(10).Select(entry => entry.FullName))}";
            throw new ConnectorException(ConnectorErrorKind.Configuration, $"{name} has no entry that matches \"{options.Pattern}\"; {there}.");
        }
        return chosen;
    }

    // The list of entries stands at the end of an archive, so one that comes as a stream is laid down first.
    static async Task<Stream> SeekableAsync(DecodedFile file, ZipOptions options, CancellationToken cancellationToken)
    {
        if (file.Content.CanSeek)
            return file.Content;
        var spool = new FileStream(Path.GetTempFileName(), FileMode.Open, System.IO.FileAccess.ReadWrite, FileShare.None, 128 * 1024, FileOptions.DeleteOnClose | FileOptions.Asynchronous);
        try
        {
            var buffer = new byte[128 * 1024];
            for (int read; (read = await file.Content.ReadAsync(buffer, cancellationToken)) > 0;)
            {
                if (spool.Length + read > options.MaxBytes)
                    throw new ConnectorException(ConnectorErrorKind.Configuration, $"{file.Name} is larger than {options.MaxBytes} bytes. Raise \"maxBytes\" if that is right.");
                await spool.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }
            spool.Position = 0;
            return spool;
        }
        catch
        {
            await spool.DisposeAsync();
            throw;
        }
    }
}
