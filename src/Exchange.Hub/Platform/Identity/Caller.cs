using System.Reflection;
using System.Security.Claims;

namespace Exchange.Hub.Platform;

/// <summary>Who asks. An endpoint takes it as a parameter; a use case is given it.</summary>
/// <param name="Id"><c>person:&lt;uuid&gt;</c>, <c>token:&lt;uuid&gt;</c>, <c>system:&lt;uuid&gt;</c>, or <c>system</c> for what the hub does by itself.</param>
/// <param name="Name">For people.</param>
/// <param name="Role">What it may do.</param>
/// <param name="Department">The department that it belongs to, or null for the hub's own people.</param>
public sealed record Caller(string Id, string Name, Role Role, string? Department)
{
    const string DepartmentClaim = "department";

    /// <summary>Every department that it belongs to, in whatever role: a person may have several.</summary>
    public IReadOnlyList<string> Departments { get; init; } = Department is null ? [] : [Department];

    /// <summary>The hub itself: schedules, upkeep, the first token.</summary>
    public static Caller System { get; } = new("system", "Exchange", Role.Administrator, null);

    /// <summary>Whether it may act for a department: its own, or any when it is bound to none.</summary>
    public bool MayActFor(string department) => Department is null || Department == department;

    /// <summary>
    /// Whether it belongs to a department, in the role that it acts in or in another. Four eyes count them all: a person does
    /// not decide as steward of one department what they asked for as IT staff of another.
    /// </summary>
    public bool BelongsTo(string department) => Departments.Contains(department);

    /// <summary>The caller of a request, or null before authentication.</summary>
    public static Caller? Of(HttpContext context) => context.Features.Get<Caller>();

    /// <summary>Called by the framework for endpoints that take a caller.</summary>
    public static ValueTask<Caller?> BindAsync(HttpContext context, ParameterInfo parameter) => ValueTask.FromResult(Of(context));

    /// <summary>As the framework's principal, for its authorization.</summary>
    public ClaimsPrincipal ToPrincipal(string scheme)
    {
        var identity = new ClaimsIdentity([new(ClaimTypes.NameIdentifier, Id), new(ClaimTypes.Name, Name), new(ClaimTypes.Role, Role.ToName())], scheme);
        if (Department is not null)
            identity.AddClaim(new Claim(DepartmentClaim, Department));
        return new ClaimsPrincipal(identity);
    }
}
