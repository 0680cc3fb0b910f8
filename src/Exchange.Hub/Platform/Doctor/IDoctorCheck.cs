using Exchange.Sdk;

namespace Exchange.Hub.Platform;

/// <summary>One thing that the doctor looks at. Each room registers its own.</summary>
public interface IDoctorCheck
{
    /// <summary>What is looked at.</summary>
    string Name { get; }

    /// <summary>Looks. An exception counts as a failure, with its message as detail.</summary>
    Task<CheckStep> CheckAsync(CancellationToken cancellationToken);
}
