using System.Text.Json;

namespace Exchange.Hub.Platform;

/// <summary>What somebody may do. In the API: <c>administrator</c>, <c>it-staff</c>, <c>steward</c>, <c>subscriber</c>, <c>auditor</c>, <c>clerk</c>, <c>leader</c>.</summary>
public enum Role
{
    /// <summary>Runs the hub.</summary>
    Administrator,

    /// <summary>Registers and runs a department's sources.</summary>
    ItStaff,

    /// <summary>Answers for a department's datasets.</summary>
    Steward,

    /// <summary>Reads datasets: a system of another department.</summary>
    Subscriber,

    /// <summary>Reads the audit log.</summary>
    Auditor,

    /// <summary>Looks single records up at a counter, for a stated case.</summary>
    Clerk,

    /// <summary>Sees what sharing has achieved.</summary>
    Leader,
}

/// <summary>The spelling of roles in the API and in the database.</summary>
public static class RoleNames
{
    /// <summary>Every role.</summary>
    public static IReadOnlyList<Role> All { get; } = Enum.GetValues<Role>();

    /// <summary><c>it-staff</c>.</summary>
    public static string ToName(this Role role) => JsonNamingPolicy.KebabCaseLower.ConvertName(role.ToString());

    /// <summary>The role of this name.</summary>
    public static Role Parse(string name) => All.First(role => role.ToName() == name);
}
