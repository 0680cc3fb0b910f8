using System.Diagnostics;

namespace Exchange.Benchmarks;

/// <summary>Looks at the process's resident memory twenty times a second.</summary>
sealed class MemorySampler : IDisposable
{
    readonly Timer timer;

    public MemorySampler() => timer = new Timer(_ => PeakMiB = Math.Max(PeakMiB, Resident()), null, 0, 50);

    /// <summary>The most that was seen.</summary>
    public double PeakMiB { get; private set; } = Resident();

    /// <summary>What is resident now.</summary>
    public static double Resident()
    {
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64 / 1024.0 / 1024.0;
    }

    public void Dispose() => timer.Dispose();
}
