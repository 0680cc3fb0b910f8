using System.Text.Json;
using Exchange.Hub.Catalog.Departments;
using Exchange.Hub.Catalog.Documents;
using Exchange.Hub.Platform;
using MimeKit;
using Npgsql;

namespace Exchange.Hub.Sharing.Mail;

/// <summary>The addresses that the hub writes to changed.</summary>
sealed record ContactsChanged(string? Department, int Revision) : IAuditEvent
{
    public string Subject => Department is null ? "contacts:hub" : $"contacts:{Department}";
}

/// <summary>Who is written to: e-mail addresses by role, of each department and of the hub's own people.</summary>
sealed class Contacts(NpgsqlDataSource database, PutDocument put, Departments departments)
{
    const string Kind = "contacts";

    /// <summary>No department has this name: it begins with no letter.</summary>
    const string HubItself = "-hub";

    const int AddressLimit = 20;

    /// <summary>Addresses by role; <c>null</c> for the hub's own people.</summary>
    public async Task<IReadOnlyDictionary<string, IReadOnlyList<string>>> FindAsync(string? department, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await FindAsync(connection, department, cancellationToken);
    }

    /// <summary>Replaces the addresses.</summary>
    /// <exception cref="HubException">A role or address will not do, or the department is not the caller's.</exception>
    public async Task<DocumentChange> PutAsync(
        string? department, IReadOnlyDictionary<string, IReadOnlyList<string>> addresses, Caller caller, bool dryRun, CancellationToken cancellationToken)
    {
        if (department is not null)
            await departments.RequireOwnAsync(department, caller, cancellationToken);
        Check(addresses);
        var body = JsonSerializer.SerializeToElement(addresses, ApiJson.Options);
        return await put.ExecuteAsync(Kind, department ?? HubItself, body, change => new ContactsChanged(department, change.Revision), caller, dryRun, cancellationToken: cancellationToken);
    }

    /// <summary>The addresses of people of one role; none when nobody entered any.</summary>
    public static async Task<IReadOnlyList<string>> OfAsync(NpgsqlConnection connection, Role role, string? department, CancellationToken cancellationToken) =>
        (await FindAsync(connection, department, cancellationToken)).GetValueOrDefault(role.ToName()) ?? [];

    static async Task<IReadOnlyDictionary<string, IReadOnlyList<string>>> FindAsync(NpgsqlConnection connection, string? department, CancellationToken cancellationToken) =>
        (await DocumentStore.FindAsync(connection, Kind, department ?? HubItself, cancellationToken))?.Json.Deserialize<Dictionary<string, IReadOnlyList<string>>>(ApiJson.Options)
        ?? [];

    static void Check(IReadOnlyDictionary<string, IReadOnlyList<string>> addresses)
    {
        var roles = RoleNames.All.Select(role => role.ToName()).ToList();
        var validation = new Validation();
        foreach (var (role, list) in addresses)
        {
            validation
                .Require(roles.Contains(role), $"/{role}", "is not a role", $"Write one of {string.Join(", ", roles)}.")
                .Require(list.Count <= AddressLimit, $"/{role}", "names too many addresses", $"Give at most {AddressLimit}; a mailing list counts as one.");
            foreach (var (index, address) in list.Index())
                validation.Require(IsAddress(address), $"/{role}/{index}", "is not an e-mail address", "Write it as name@department.example.");
        }
        validation.ThrowIfAny();
    }

    static bool IsAddress(string text) =>
        MailboxAddress.TryParse(text, out var mailbox) && mailbox.Address == text && text.Contains('@', StringComparison.Ordinal) && !text.Any(char.IsControl);
}
