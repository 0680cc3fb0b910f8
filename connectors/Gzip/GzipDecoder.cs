using System.Runtime.CompilerServices;
using Exchange.Sdk;

namespace Exchange.Connectors.Gzip;

/// <summary>Files packed with gzip (RFC 1952), of one member or of several.</summary>
public sealed class GzipDecoder : IFileDecoder
{
    /// <inheritdoc/>
    public PluginInfo Info { get; } = new("gzip", "gzip", typeof(GzipOptions));

    /// <inheritdoc/>
    public async IAsyncEnumerable<DecodedFile> DecodeAsync(DecodedFile file, ConnectorContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var head = new byte[2];
        var length = await file.Content.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken);
        if (length == 0)
            throw new ConnectorException(ConnectorErrorKind.Configuration, $"{file.Name} is empty. Ask the sender to send it again.");
        if (head is not [0x1F, 0x8B])
            throw new ConnectorException(ConnectorErrorKind.Configuration, $"{file.Name} is not gzip: it begins with {Convert.ToHexString(head, 0, length)}, not with 1F8B. Leave \"gzip\" out of \"decode\" if it is not packed.");
        yield return file with { Content = new GunzippedStream(file, head, context.Options<GzipOptions>()) };
    }
}
