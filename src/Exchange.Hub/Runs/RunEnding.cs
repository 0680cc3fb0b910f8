using Exchange.Hub.Platform;
using Exchange.Sdk;

namespace Exchange.Hub.Runs;

/// <summary>A run that must not go on. Its message is for the operator.</summary>
sealed class RunFailedException(RunError error) : Exception(error.Message)
{
    public RunError Error { get; } = error;
}

/// <summary>Another worker has taken the run over; this one must leave everything as it is.</summary>
sealed class RunFencedException(Guid run) : Exception($"Run {run} was taken over by another worker.");

/// <summary>The records were made for other filter columns than the dataset has now; the run has to begin again.</summary>
sealed class FiltersChangedException(string dataset) : Exception($"The filterable fields of {dataset} were changed while the run was at work.");

/// <summary>What becomes of a run that did not publish. Only a source that is away is tried again by itself.</summary>
static class RunEnding
{
    public static RunEnd Of(Exception error, RunClaim claim, RunPlan? plan, RunCounts counts, bool cancelRequested, bool shutdown, DateTimeOffset now)
    {
        if (error is OperationCanceledException && cancelRequested)
            return End(RunState.Cancelled, null);
        if (error is FiltersChangedException || (error is OperationCanceledException && shutdown))
            return End(RunState.Queued, null) with { At = null };
        if (error is ConnectorException { Kind: ConnectorErrorKind.Unavailable } away && plan is not null && claim.Attempt < plan.Dataset.Retry.Attempts)
        {
            var wait = away.RetryAfter ?? plan.Dataset.Retry.DelayAfter(claim.Attempt);
            return End(RunState.Retrying, ErrorOf(error)) with { At = null, NextAttemptAt = now + wait };
        }
        return End(RunState.Failed, ErrorOf(error));

        RunEnd End(RunState state, RunError? why) => new(state, now, counts)
        {
            Error = why,
            Revisions = plan?.RevisionsJson,
        };
    }

    static RunError ErrorOf(Exception error) => error switch
    {
        RunFailedException failed => failed.Error,
        ConnectorException source => new RunError(source.Kind.ToString(), source.Message, FixOf(source.Kind)),
        HubException refused => new RunError("Configuration", refused.Message, refused.Errors.Count == 0 ? null : string.Join(" ", refused.Errors.Select(e => $"{e.Pointer}: {e.Message}. {e.Fix}"))),
        _ => new RunError("Internal", $"The hub failed unexpectedly ({error.GetType().Name}). Nothing was published.", "Give the run's id to the operator, who finds the details in the hub's log."),
    };

    static string FixOf(ConnectorErrorKind kind) => kind switch
    {
        ConnectorErrorKind.Configuration => "Amend the source, check it, and run again.",
        ConnectorErrorKind.Authentication => "Give the source other credentials or rights, check it, and run again.",
        ConnectorErrorKind.Unavailable => "Nothing to amend: run again when the source is back.",
        ConnectorErrorKind.SourceSchemaChanged => "Discover the source again, amend the mapping, and run again.",
        ConnectorErrorKind.StateExpired => "Run again: the next read begins from the start.",
        _ => "Report this to the author of the connector.",
    };
}
