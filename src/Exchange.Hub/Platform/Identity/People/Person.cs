using System.Globalization;

namespace Exchange.Hub.Platform;

/// <summary>
/// Somebody who signs in. Mutable because ASP.NET Core Identity wants it so: changed by its use cases alone, each with the
/// audit event in the same transaction (<see cref="PersonStore.InTransactionAsync{T}"/>).
/// </summary>
public sealed class Person
{
    /// <summary>Identity; <c>person:&lt;id&gt;</c> as a caller.</summary>
    public required Guid Id { get; init; }

    /// <summary>Mail address, which is also the name to sign in with.</summary>
    public required string Email { get; set; }

    /// <summary>The address as it is compared.</summary>
    public string NormalizedEmail { get; set; } = "";

    /// <summary>For people.</summary>
    public required string Name { get; set; }

    /// <summary>Null until a password is set.</summary>
    public string? PasswordHash { get; set; }

    /// <summary>Changes with every credential.</summary>
    public string SecurityStamp { get; set; } = "";

    /// <summary>Whether a password also needs a code of an authenticator (RFC 6238).</summary>
    public bool TotpEnabled { get; set; }

    /// <summary>When it was invited.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Who invited it.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>When the invitation was accepted; null while it waits.</summary>
    public DateTimeOffset? JoinedAt { get; set; }

    /// <summary>Since when it may not sign in.</summary>
    public DateTimeOffset? DeactivatedAt { get; set; }

    /// <summary>Counts changes: of two at once the second is refused.</summary>
    public int Version { get; set; } = 1;

    /// <summary>What it may act as, the usual one first.</summary>
    public IReadOnlyList<PersonRole> Roles { get; set; } = [];

    /// <summary>Whether it may sign in.</summary>
    public bool IsActive => DeactivatedAt is null;

    /// <summary>Who it is as a caller.</summary>
    public Caller As(PersonRole role) => new(CallerIdOf(Id), Name, role.Role, role.Department) { Departments = DepartmentsOf(Roles) };

    /// <summary><c>person:&lt;id&gt;</c>.</summary>
    public static string CallerIdOf(Guid id) => string.Create(CultureInfo.InvariantCulture, $"person:{id}");

    /// <summary>Every department that one of the roles is of.</summary>
    public static IReadOnlyList<string> DepartmentsOf(IEnumerable<PersonRole> roles) => [.. roles.Select(role => role.Department).OfType<string>().Distinct().Order(StringComparer.Ordinal)];
}

/// <summary>A role that a person may act in.</summary>
/// <param name="Role">What it may do.</param>
/// <param name="Department">For which department; null for the hub's own people.</param>
public sealed record PersonRole(Role Role, string? Department = null)
{
    /// <summary>Most roles that one person may have.</summary>
    public const int Limit = 50;

    /// <summary>Notes what will not do in a list of roles.</summary>
    public static Validation Check(Validation validation, IReadOnlyList<PersonRole> roles, string pointer)
    {
        validation
            .Require(roles.Count is > 0 and <= Limit, pointer, "is empty or too long", $"Give 1 to {Limit} roles; to keep somebody out, deactivate them.")
            .Require(roles.Distinct().Count() == roles.Count, pointer, "names a role twice", "Give each role of a department once.");
        for (var i = 0; i < roles.Count; i++)
            roles[i].Check(validation, $"{pointer}/{i}");
        return validation;
    }

    /// <summary>Notes whether the role and its department go together.</summary>
    public Validation Check(Validation validation, string pointer) => Role switch
    {
        Role.Subscriber => validation.Require(false, $"{pointer}/role", "is a role of systems", "Give administrator, it-staff, steward, auditor, clerk or leader."),
        Role.Administrator or Role.Auditor => validation.Require(Department is null, $"{pointer}/department", "is given for a role of the whole hub", "Leave it out."),
        Role.Leader when Department is null => validation,
        _ => validation.RequireSlug(Department, $"{pointer}/department"),
    };

    /// <summary><c>steward of land</c>.</summary>
    public override string ToString() => Department is null ? Role.ToName() : $"{Role.ToName()} of {Department}";
}
