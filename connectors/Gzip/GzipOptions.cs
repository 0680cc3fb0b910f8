using Exchange.Sdk;

namespace Exchange.Connectors.Gzip;

/// <summary>Caps on what a gzip file may unpack to.</summary>
public sealed record GzipOptions
{
    /// <summary>Byte cap.</summary>
    [Option("Bytes that one file may unpack to.", Minimum = 1)]
    public long MaxBytes { get; init; } = 16L * 1024 * 1024 * 1024;

    /// <summary>Ratio cap.</summary>
    [Option("How many times its packed size a file may unpack to. Not looked at below 16 MiB.", Minimum = 1, Maximum = 2000)]
    public int MaxRatio { get; init; } = 200;
}
