using Exchange.Hub.Platform;

namespace Exchange.Hub.Sharing.Requests;

/// <summary>Something was done to a request.</summary>
abstract record RequestEvent(Guid Request, string Dataset, string Consumer) : IAuditEvent
{
    public string Subject => $"request:{Request}";
}

/// <summary>A department began a request.</summary>
sealed record RequestDrafted(Guid Request, string Dataset, string Consumer) : RequestEvent(Request, Dataset, Consumer);

/// <summary>A department changed its request before it was submitted, or after it was returned.</summary>
sealed record RequestAmended(Guid Request, string Dataset, string Consumer) : RequestEvent(Request, Dataset, Consumer);

/// <summary>A department submitted its request.</summary>
sealed record RequestSubmitted(Guid Request, string Dataset, string Consumer, Terms Asked) : RequestEvent(Request, Dataset, Consumer);

/// <summary>An administrator returned a request with what is missing.</summary>
sealed record RequestReturned(Guid Request, string Dataset, string Consumer, string Reason) : RequestEvent(Request, Dataset, Consumer);

/// <summary>Somebody who is to decide asked the requester.</summary>
sealed record RequestQuestioned(Guid Request, string Dataset, string Consumer, string Question) : RequestEvent(Request, Dataset, Consumer);

/// <summary>The requester answered.</summary>
sealed record RequestAnswered(Guid Request, string Dataset, string Consumer, string Answer) : RequestEvent(Request, Dataset, Consumer);

/// <summary>An administrator passed a request on, as its sharing class says.</summary>
sealed record RequestPreChecked(Guid Request, string Dataset, string Consumer, RequestState State, string? Reason) : RequestEvent(Request, Dataset, Consumer);

/// <summary>The steward took more time to decide.</summary>
sealed record RequestExtended(Guid Request, string Dataset, string Consumer, string Reason) : RequestEvent(Request, Dataset, Consumer);

/// <summary>The steward approved a request, on these terms.</summary>
sealed record RequestApproved(Guid Request, string Dataset, string Consumer, Terms Approved, string? Reason) : RequestEvent(Request, Dataset, Consumer);

/// <summary>The steward refused a request.</summary>
sealed record RequestRefused(Guid Request, string Dataset, string Consumer, string Reason) : RequestEvent(Request, Dataset, Consumer);

/// <summary>The providing department confirmed the terms.</summary>
sealed record RequestAgreed(Guid Request, string Dataset, string Consumer) : RequestEvent(Request, Dataset, Consumer);

/// <summary>The requesting department confirmed the terms, and has the grant.</summary>
sealed record RequestVerified(Guid Request, string Dataset, string Consumer, Guid? Grant) : RequestEvent(Request, Dataset, Consumer);

/// <summary>A department took its request back.</summary>
sealed record RequestWithdrawn(Guid Request, string Dataset, string Consumer, string? Reason) : RequestEvent(Request, Dataset, Consumer);

/// <summary>A department appealed against a refusal.</summary>
sealed record RefusalAppealed(Guid Request, string Dataset, string Consumer, string Reason) : RequestEvent(Request, Dataset, Consumer);

/// <summary>An administrator let a refusal stand.</summary>
sealed record RefusalUpheld(Guid Request, string Dataset, string Consumer, string Reason) : RequestEvent(Request, Dataset, Consumer);

/// <summary>An administrator overturned a refusal: the request is approved, on these terms.</summary>
sealed record RefusalOverturned(Guid Request, string Dataset, string Consumer, Terms Approved, string Reason) : RequestEvent(Request, Dataset, Consumer);

/// <summary>The event of each deed.</summary>
static class RequestEvents
{
    public static RequestEvent Of(RequestDeed deed, Request request, string? reason)
    {
        var (id, dataset, consumer) = (request.Id, request.Dataset, request.Consumer);
        return deed switch
        {
            RequestDeed.Draft => new RequestDrafted(id, dataset, consumer),
            RequestDeed.Amend => new RequestAmended(id, dataset, consumer),
            RequestDeed.Submit => new RequestSubmitted(id, dataset, consumer, request.Asked!),
            RequestDeed.Return => new RequestReturned(id, dataset, consumer, reason!),
            RequestDeed.Ask => new RequestQuestioned(id, dataset, consumer, reason!),
            RequestDeed.Answer => new RequestAnswered(id, dataset, consumer, reason!),
            RequestDeed.PreCheck => new RequestPreChecked(id, dataset, consumer, request.State, reason),
            RequestDeed.Extend => new RequestExtended(id, dataset, consumer, reason!),
            RequestDeed.Approve => new RequestApproved(id, dataset, consumer, request.Approved!, reason),
            RequestDeed.Refuse => new RequestRefused(id, dataset, consumer, reason!),
            RequestDeed.Agree => new RequestAgreed(id, dataset, consumer),
            RequestDeed.Verify => new RequestVerified(id, dataset, consumer, request.Grant),
            RequestDeed.Withdraw => new RequestWithdrawn(id, dataset, consumer, reason),
            RequestDeed.Appeal => new RefusalAppealed(id, dataset, consumer, reason!),
            RequestDeed.Uphold => new RefusalUpheld(id, dataset, consumer, reason!),
            _ => new RefusalOverturned(id, dataset, consumer, request.Approved!, reason!),
        };
    }
}
