using Exchange.Hub.Catalog.Datasets;
using Exchange.Hub.Catalog.Schemas;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing.Policies;

namespace Exchange.Hub.Sharing.Requests;

/// <summary>Submits a request that lacks nothing; otherwise says at once everything that it lacks.</summary>
sealed class SubmitRequest(DatasetCatalog datasets, SharedSchemas schemas, RequestedSystem systems, RequestSteps steps, TimeProvider time)
{
    /// <summary>Submits it.</summary>
    /// <exception cref="HubException">With everything that is missing or will not do.</exception>
    public Task<RequestView> ExecuteAsync(Attempt attempt, CancellationToken cancellationToken) =>
        steps.TakeAsync(
            attempt, RequestDeed.Submit,
            async (connection, request) =>
            {
                var dataset = await datasets.FindAsync(request.Dataset, cancellationToken);
                var schema = await schemas.FindAsync(dataset.Definition.Schema, cancellationToken);
                var policy = await SharingPolicies.FindAsync(connection, request.Dataset, cancellationToken);
                var now = time.GetUtcNow();
                var terms = ApplicationCheck.TermsOf(request.Application, schema, now);
                FieldError[] errors =
                [
                    .. ApplicationCheck.Errors(request.Application, terms, schema, dataset.Head, policy, now),
                    .. await systems.ErrorsAsync(request.Application.System, request.Consumer, cancellationToken),
                ];
                if (errors.Length > 0)
                    throw HubException.Invalid(errors);
                return new Outcome(RequestState.Submitted, request with { Asked = terms, Schema = dataset.Definition.Schema });
            },
            cancellationToken);
}
