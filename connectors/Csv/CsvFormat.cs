using Exchange.Sdk;

namespace Exchange.Connectors.Csv;

/// <summary>Text files with separated values (RFC 4180 and its many relatives).</summary>
public sealed class CsvFormat : IFileFormat
{
    /// <inheritdoc/>
    public PluginInfo Info { get; } = new("csv", "CSV", typeof(CsvOptions));

    /// <inheritdoc/>
    public async Task<IRecordReader> OpenAsync(DecodedFile file, ReadRequest request, ConnectorContext context, CancellationToken cancellationToken)
    {
        var options = context.Options<CsvOptions>();
        try
        {
            var window = await TextOpening.OpenAsync(file, options, cancellationToken);
            var reader = new CsvRecordReader(file, window, options);
            try
            {
                await reader.ReadHeaderAsync(cancellationToken);
                return reader;
            }
            catch
            {
                await reader.DisposeAsync();
                throw;
            }
        }
        catch
        {
            await file.Content.DisposeAsync();
            throw;
        }
    }
}
