using Exchange.Hub.Platform;

namespace Exchange.Hub.Runs;

/// <summary>What the hub's settings say about runs.</summary>
/// <param name="MemoryBytes">What one run may take above the idle hub.</param>
sealed record RunOptions(long MemoryBytes)
{
    public static RunOptions From(HubOptions options) => new(options.RunMemoryMiB * 1024L * 1024);
}
