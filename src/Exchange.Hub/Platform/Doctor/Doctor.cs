using Exchange.Sdk;

namespace Exchange.Hub.Platform;

/// <summary>Looks at everything that the hub stands on, and says what to do about what is wrong.</summary>
public sealed class Doctor(IEnumerable<IDoctorCheck> checks)
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Makes all checks, in their order of registration.</summary>
    public async Task<DoctorReport> ExamineAsync(CancellationToken cancellationToken)
    {
        var steps = new List<CheckStep>();
        foreach (var check in checks)
            steps.Add(await TryAsync(check, cancellationToken));
        return new DoctorReport(steps.TrueForAll(step => step.Outcome != CheckOutcome.Failed), steps);
    }

    static async Task<CheckStep> TryAsync(IDoctorCheck check, CancellationToken cancellationToken)
    {
        try
        {
            return await check.CheckAsync(cancellationToken).WaitAsync(Patience, cancellationToken);
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            return new CheckStep(check.Name, CheckOutcome.Failed, error.Message, "See the log of the hub for this time.");
        }
    }
}

/// <summary>What the doctor found.</summary>
public sealed record DoctorReport(bool Healthy, IReadOnlyList<CheckStep> Checks);
