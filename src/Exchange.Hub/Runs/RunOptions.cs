using System.Globalization;
using Exchange.Hub.Platform;
using Exchange.Hub.Runs.Publishing;

namespace Exchange.Hub.Runs;

/// <summary>What the hub's settings say about runs.</summary>
/// <param name="MemoryBytes">What one run may take above the idle hub.</param>
/// <param name="DigestFolder">Where runs remember what they read.</param>
sealed record RunOptions(long MemoryBytes, string DigestFolder)
{
    public static RunOptions From(HubOptions options, DataDirectory data) => new(options.RunMemoryMiB * 1024L * 1024, data.Of("digests"));

    /// <summary>What is remembered of the last read of a dataset.</summary>
    public ReadDigest DigestOf(int datasetId) => new(Path.Combine(DigestFolder, string.Create(CultureInfo.InvariantCulture, $"{datasetId}.digest")));
}
