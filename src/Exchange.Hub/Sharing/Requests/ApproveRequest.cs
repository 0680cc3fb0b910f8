using System.Text.Json;
using Exchange.Hub.Catalog.Documents;
using Exchange.Hub.Catalog.Schemas;
using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing.Grants;
using Npgsql;

namespace Exchange.Hub.Sharing.Requests;

/// <summary>Approves a request, or overturns its refusal: on the terms that were asked for or on narrower ones, never on wider.</summary>
sealed class ApproveRequest(SharedSchemas schemas, RequestSteps steps, TimeProvider time)
{
    /// <summary>Approves it.</summary>
    /// <param name="attempt">Which request, and who.</param>
    /// <param name="deed"><see cref="RequestDeed.Approve"/> or <see cref="RequestDeed.Overturn"/>.</param>
    /// <param name="terms">What is approved; what was asked for when null.</param>
    /// <param name="reason">Why; must be given where a refusal is overturned.</param>
    /// <exception cref="HubException">The terms are more than was asked for, or cannot be enforced.</exception>
    public Task<RequestView> ExecuteAsync(Attempt attempt, RequestDeed deed, Terms? terms, string? reason, CancellationToken cancellationToken)
    {
        MoveRequest.CheckReason(deed, reason);
        return steps.TakeAsync(
            attempt, deed,
            async (connection, request) =>
            {
                var (asked, approved) = (request.Asked!, terms ?? request.Asked!);
                if (terms is not null)
                    await CheckAsync(connection, request, terms, cancellationToken);
                RequireTimeLeft(approved, time.GetUtcNow());
                var changes = JsonDifference.Between(JsonSerializer.SerializeToElement(asked, ApiJson.Options), JsonSerializer.SerializeToElement(approved, ApiJson.Options));
                return new Outcome(
                    RequestState.Approved, request with { Approved = approved }, reason?.Trim(),
                    changes.Count == 0 ? null : JsonSerializer.SerializeToElement(changes, ApiJson.Options));
            },
            cancellationToken);
    }

    /// <summary>Refuses terms under which nothing could ever be read.</summary>
    public static void RequireTimeLeft(Terms terms, DateTimeOffset now)
    {
        if (terms.Until <= now)
            throw HubException.Conflict("period-over", $"The period that was asked for ended at {terms.Until.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}. The department must ask anew.");
    }

    async Task CheckAsync(NpgsqlConnection connection, Request request, Terms terms, CancellationToken cancellationToken)
    {
        var schema = await schemas.FindAsync(request.Schema!, cancellationToken);
        var head = await DatasetHeads.FindAsync(connection, request.Dataset, cancellationToken);
        var errors = new List<FieldError>();
        TermsCheck.Check(terms, schema, head!.Filters, errors);
        errors.AddRange(TermsBounds.Excess(request.Asked!, terms));
        if (errors.Count > 0)
            throw HubException.Invalid([.. errors.Select(error => error with { Pointer = "/terms" + error.Pointer })]);
    }
}
