using System.Text.Json;
using Exchange.Hub.Catalog.Documents;
using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Platform;
using Npgsql;

namespace Exchange.Hub.Sharing.Requests;

/// <summary>Begins a request, and changes it while it is its department's to change.</summary>
sealed class DraftRequest(NpgsqlDataSource database, RequestSteps steps, TimeProvider time)
{
    const int TextLimit = 4000;
    const int ItemLimit = 1000;

    /// <summary>Begins one, complete or not.</summary>
    /// <exception cref="HubException">There is no such dataset, it is the caller's own, or the caller belongs to no department.</exception>
    public async Task<RequestView> BeginAsync(Application application, Caller caller, CancellationToken cancellationToken)
    {
        if (caller.Department is null)
            throw HubException.Forbidden("no-department", "A request is made for a department, and you belong to none. Use a token of the department that asks.");
        CheckSize(application);
        var head = await DatasetHeads.FindAsync(database, application.Dataset, cancellationToken)
            ?? throw HubException.NotFound("dataset-not-found", $"There is no dataset {application.Dataset}.");
        if (head.Department == caller.Department)
            throw HubException.Conflict("own-data", $"Dataset {head.Name} is your department's own; its staff read it without a grant.");
        var now = time.GetUtcNow();
        var request = new Request(
            Guid.CreateVersion7(now), RequestState.Draft, 1, head.DatasetId, head.Name, head.Department, caller.Department, application, null, null, null, null, now, now);
        return await steps.BeginAsync(request, caller, cancellationToken);
    }

    /// <summary>Changes a draft, or what was returned.</summary>
    /// <exception cref="HubException">It changed meanwhile, or is not the caller's to change.</exception>
    public Task<RequestView> AmendAsync(Attempt attempt, Application application, CancellationToken cancellationToken)
    {
        if (attempt.Revision is null)
            throw new HubException(ErrorKind.Malformed, "if-match-required", "Say which revision you changed: send the ETag that you read as If-Match, so that nobody's changes are lost.");
        CheckSize(application);
        return steps.TakeAsync(
            attempt, RequestDeed.Amend,
            (_, request) =>
            {
                if (application.Dataset != request.Dataset)
                    throw HubException.Invalid(new FieldError("/dataset", $"is not {request.Dataset}", "Begin another request for another dataset."));
                var changes = JsonDifference.Between(request.Application.ToJson(), application.ToJson());
                return Task.FromResult(new Outcome(
                    request.State, request with { Application = application }, Detail: JsonSerializer.SerializeToElement(changes, ApiJson.Options)));
            },
            cancellationToken);
    }

    static void CheckSize(Application application)
    {
        var validation = new Validation();
        foreach (var (pointer, text) in ApplicationCheck.TextsOf(application))
            validation.Require(text is null or { Length: <= TextLimit }, pointer, "is too long", $"Give at most {TextLimit} characters.");
        validation
            .Require(application.Terms.Fields.Count <= ItemLimit, "/terms/fields", "is too long", $"Name at most {ItemLimit} fields.")
            .Require(application.Terms.Rows.Count <= ItemLimit, "/terms/rows", "is too long", $"Give at most {ItemLimit} conditions.")
            .ThrowIfAny();
    }
}
