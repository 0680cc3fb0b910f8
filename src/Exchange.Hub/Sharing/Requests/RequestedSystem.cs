using Exchange.Hub.Platform;

namespace Exchange.Hub.Sharing.Requests;

/// <summary>The one system that a request may name: one of the department that asks, which can sign in.</summary>
sealed class RequestedSystem(SystemStore systems, TokenStore tokens)
{
    /// <summary>What is wrong with the system that a department names; nothing when it names none.</summary>
    public async Task<IEnumerable<FieldError>> ErrorsAsync(string? system, string department, CancellationToken cancellationToken) =>
        system is null || await DepartmentOfAsync(system, cancellationToken) == department
            ? []
            : [new FieldError("/system", $"is no system of {department} that can sign in", "Give system:<id> as \"exchange system\" lists it, or token:<id> of a token; leave it out for the whole department.")];

    /// <summary>Whose it is; null when there is none. Readers are known by this very spelling, so another would fit nobody.</summary>
    async Task<string?> DepartmentOfAsync(string system, CancellationToken cancellationToken)
    {
        if (system.Split(':') is not [var kind, var text] || !Guid.TryParse(text, out var id) || id.ToString() != text)
            return null;
        return kind switch
        {
            "system" => (await systems.FindAsync(id, cancellationToken))?.Department,
            "token" => (await tokens.FindAsync(id, cancellationToken))?.Department,
            _ => null,
        };
    }
}
