using Exchange.Hub.Catalog.Schemas;
using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Platform;
using Npgsql;

namespace Exchange.Hub.Sharing.Grants;

/// <summary>A grant to be issued.</summary>
/// <param name="Dataset">Name of the dataset.</param>
/// <param name="Schema">Schema that the fields were approved for, such as <c>company/1.0</c>.</param>
/// <param name="Consumer">The department that may use it.</param>
/// <param name="System">Id of the only caller who may, such as <c>token:…</c>; null for all of the department.</param>
/// <param name="Purpose">Code of the purpose.</param>
/// <param name="Terms">What was agreed.</param>
/// <param name="Request">The request that it answers.</param>
/// <param name="ProviderConfirmation">Who agreed for the provider.</param>
/// <param name="ConsumerConfirmation">Who verified for the consumer.</param>
public sealed record NewGrant(
    string Dataset, string Schema, string Consumer, string? System, string Purpose, Terms Terms, string? Request,
    Confirmation ProviderConfirmation, Confirmation ConsumerConfirmation);

/// <summary>Issues a grant, in the transaction of the deed that approves it. It holds from the commit on.</summary>
sealed class IssueGrant(SharedSchemas schemas, IAuditTrail audit, TimeProvider time)
{
    /// <summary>Issues one.</summary>
    /// <exception cref="HubException">There is no such dataset or schema, or the terms will not do.</exception>
    public async Task<Grant> ExecuteAsync(NpgsqlConnection connection, NewGrant wanted, Caller caller, CancellationToken cancellationToken)
    {
        var head = await DatasetHeads.FindAsync(connection, wanted.Dataset, cancellationToken)
            ?? throw HubException.NotFound("dataset-not-found", $"There is no dataset {wanted.Dataset}.");
        var schema = await schemas.FindAsync(wanted.Schema, cancellationToken);
        new Validation().RequireSlug(wanted.Purpose, "/purpose").ThrowIfAny();
        var errors = new List<FieldError>();
        TermsCheck.Check(wanted.Terms, schema, head.Filters, errors);
        if (errors.Count > 0)
            throw HubException.Invalid(errors);
        var now = time.GetUtcNow();
        var grant = new Grant
        {
            Id = Guid.CreateVersion7(now),
            Revision = 1,
            Version = 1,
            DatasetId = head.DatasetId,
            Dataset = head.Name,
            Schema = wanted.Schema,
            Provider = head.Department,
            Consumer = wanted.Consumer,
            System = wanted.System,
            Purpose = wanted.Purpose,
            Terms = wanted.Terms,
            State = GrantState.Active,
            StateChangedAt = now,
            StateChangedBy = caller.Name,
            Request = wanted.Request,
            ProviderConfirmation = wanted.ProviderConfirmation,
            ConsumerConfirmation = wanted.ConsumerConfirmation,
            CreatedAt = now,
        };
        await GrantStore.InsertAsync(connection, grant, cancellationToken);
        await audit.AppendAsync(
            connection, caller, new GrantIssued(grant.Id, grant.Dataset, grant.Provider, grant.Consumer, grant.System, grant.Purpose, grant.Terms, grant.Request), cancellationToken);
        return grant;
    }
}
