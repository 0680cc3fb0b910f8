using System.Text.Json;
using Exchange.Hub.Catalog.Documents;
using Exchange.Hub.Platform;
using Npgsql;

namespace Exchange.Hub.Catalog.Departments;

/// <summary>A department was entered, or its entry changed.</summary>
sealed record DepartmentDefined(string Department, int Revision) : IAuditEvent
{
    public string Subject => $"department:{Department}";
}

/// <summary>An organisation that provides or consumes data.</summary>
/// <param name="Title">Title by language; <c>en</c> is required.</param>
/// <param name="Code">Code in the government's own register of organisations.</param>
public sealed record DepartmentDefinition(IReadOnlyDictionary<string, string> Title, string? Code = null);

/// <summary>A department as the API shows it.</summary>
public sealed record DepartmentView(string Name, IReadOnlyDictionary<string, string> Title, string? Code, int Revision);

/// <summary>Enters and lists departments.</summary>
sealed class Departments(NpgsqlDataSource database, PutDocument put)
{
    public const string Kind = "department";

    /// <summary>Enters a department or changes its entry.</summary>
    public Task<DocumentChange> PutAsync(string name, DepartmentDefinition definition, Caller caller, bool dryRun, CancellationToken cancellationToken)
    {
        new Validation().RequireSlug(name, "/name").RequireTitle(definition.Title, "/title").ThrowIfAny();
        var body = JsonSerializer.SerializeToElement(definition, ApiJson.Options);
        return put.ExecuteAsync(Kind, name, body, change => new DepartmentDefined(name, change.Revision), caller, dryRun, cancellationToken: cancellationToken);
    }

    public async Task<DepartmentView> FindAsync(string name, CancellationToken cancellationToken) =>
        View(await DocumentStore.FindAsync(database, Kind, name, cancellationToken)
            ?? throw HubException.NotFound("department-not-found", $"There is no department {name}."));

    public async Task<IReadOnlyList<DepartmentView>> ListAsync(CancellationToken cancellationToken) =>
        [.. (await DocumentStore.ListAsync(database, Kind, cancellationToken)).Select(View)];

    /// <summary>Refuses a document whose department is not entered, or is not the caller's.</summary>
    public async Task RequireOwnAsync(string department, Caller caller, CancellationToken cancellationToken)
    {
        if (!caller.MayActFor(department))
            throw HubException.Forbidden("other-department", $"You belong to {caller.Department}; only staff of {department} may change what is its own.");
        if (await DocumentStore.FindAsync(database, Kind, department, cancellationToken) is null)
            throw HubException.Invalid(new FieldError("/department", $"There is no department {department}", "Enter the department first, or correct the name."));
    }

    static DepartmentView View(Document document)
    {
        var definition = document.Json.Deserialize<DepartmentDefinition>(ApiJson.Options)!;
        return new DepartmentView(document.Name, definition.Title, definition.Code, document.Revision);
    }
}
