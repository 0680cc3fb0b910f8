using Exchange.Hub.Delivery.Subscriptions;

namespace Exchange.Hub.Delivery.Files;

/// <summary>A drop will not take what is put there.</summary>
/// <param name="code">For programs.</param>
/// <param name="message">What happened where, and what to do. No secrets.</param>
/// <param name="isFinal">Whether there is no use in trying again before a person has looked.</param>
/// <param name="inner">For the log.</param>
sealed class DropException(string code, string message, bool isFinal = false, Exception? inner = null) : Exception(message, inner)
{
    const int NoSpaceLeft = 28;
    const int QuotaExceeded = 122;
    const int WindowsDiskFull = unchecked((int)0x80070070);

    /// <summary>The problem as subscriptions tell it.</summary>
    public PushProblem Problem { get; } = new(code, message, IsFinal: isFinal);

    /// <summary>What a file system says, in words that help.</summary>
    public static DropException Of(Exception error, string where) => error switch
    {
        UnauthorizedAccessException => new("drop-denied", $"The hub's user may not write in {where}. Give it the right to list, write, rename and remove there.", inner: error),
        DirectoryNotFoundException => new("drop-not-found", $"There is no folder {where} any more. Make it again.", inner: error),
        IOException { HResult: NoSpaceLeft or QuotaExceeded or WindowsDiskFull } => new("drop-full", $"There is no room left in {where}. Remove files, or have the target keep fewer deliveries.", inner: error),
        _ => new("drop-failed", $"{where} does not take files: {error.Message}", inner: error),
    };

    /// <summary>Whether a file system said it.</summary>
    public static bool IsOfFiles(Exception error) => error is IOException or UnauthorizedAccessException;
}
