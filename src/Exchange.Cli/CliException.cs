namespace Exchange.Cli;

/// <summary>Ends a verb with a message for a person: what happened, where, what to do, and the hub's reference.</summary>
/// <param name="code">How the process ends.</param>
/// <param name="what">What happened, as one sentence.</param>
sealed class CliException(ExitCode code, string what) : Exception(what)
{
    public ExitCode Code { get; } = code;

    public string? Where { get; init; }

    public string? Fix { get; init; }

    /// <summary>What the hub's log calls this error.</summary>
    public string? Reference { get; init; }

    /// <summary>The hub's code for it, such as <c>code-required</c>.</summary>
    public string? Problem { get; init; }

    /// <summary>How long the hub asks to wait; null where it does not, and trying again would not help.</summary>
    public TimeSpan? RetryAfter { get; init; }

    public IReadOnlyList<ErrorDetail> Details { get; init; } = [];
}

/// <summary>One of several things that are wrong.</summary>
/// <param name="Where">JSON pointer, or file with line and column; null when the whole is meant.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="Fix">What to do about it.</param>
sealed record ErrorDetail(string? Where, string Message, string? Fix = null);
