namespace Exchange.Sdk;

/// <summary>Outcome of one sub-step of a check.</summary>
public enum CheckOutcome
{
    /// <summary>It works.</summary>
    Passed,

    /// <summary>It does not; see <see cref="CheckStep.Fix"/>.</summary>
    Failed,

    /// <summary>Not tried, because an earlier step failed.</summary>
    Skipped,
}

/// <summary>One named sub-step of a check: resolve, reach, sign in, list, read.</summary>
/// <param name="Name">What was tried.</param>
/// <param name="Outcome">How it went.</param>
/// <param name="Detail">What was seen.</param>
/// <param name="Fix">What to do about a failure, with the statement or setting to copy; null when it passed.</param>
public sealed record CheckStep(string Name, CheckOutcome Outcome, string Detail, string? Fix = null);
