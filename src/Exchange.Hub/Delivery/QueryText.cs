using System.Globalization;
using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Platform;

namespace Exchange.Hub.Delivery;

/// <summary>Reads the query parameters that the routes share.</summary>
static class QueryText
{
    /// <summary>Proxies take a connection on which nothing comes for a minute for dead.</summary>
    const int MaxWaitSeconds = 50;

    /// <summary>Items per page; null when the request does not say.</summary>
    public static int? Limit(IQueryCollection parameters, int max, List<FieldError> errors)
    {
        if (!parameters.TryGetValue("limit", out var text))
            return null;
        if (TryNumber(text, out var limit) && limit >= 1 && limit <= max)
            return limit;
        errors.Add(new FieldError("?limit", "The limit is not a number of items that a page can have.", $"Give 1 to {max}, or take everything as application/x-ndjson."));
        return null;
    }

    /// <summary>How long a request waits for something new; nothing when it does not say.</summary>
    public static TimeSpan Wait(IQueryCollection parameters, List<FieldError> errors)
    {
        if (!parameters.TryGetValue("wait", out var text))
            return TimeSpan.Zero;
        if (TryNumber(text, out var seconds) && seconds <= MaxWaitSeconds)
            return TimeSpan.FromSeconds(seconds);
        errors.Add(new FieldError("?wait", "This is not a number of seconds that a request can wait.", $"Give 0 to {MaxWaitSeconds}, and ask again with the cursor of the answer."));
        return TimeSpan.Zero;
    }

    /// <summary>The publication to read; null when the request does not say.</summary>
    /// <exception cref="HubException">There is no such publication yet.</exception>
    public static int? Publication(IQueryCollection parameters, DatasetHead head, List<FieldError> errors)
    {
        if (!parameters.TryGetValue("asOf", out var text))
            return null;
        if (!TryNumber(text, out var number))
        {
            errors.Add(new FieldError("?asOf", "This is not the number of a publication.", $"Give a number from GET /api/v1/datasets/{head.Name}/publications."));
            return null;
        }
        return number <= head.Publication
            ? number
            : throw HubException.NotFound("publication-not-found", $"Dataset '{head.Name}' has no publication {number} yet; its newest is {head.Publication}.");
    }

    /// <summary>Refuses a request with what is wrong with its parameters.</summary>
    public static void ThrowIfAny(List<FieldError> errors)
    {
        if (errors.Count == 0)
            return;
        var detail = errors.Count == 1 ? $"{errors[0].Message} {errors[0].Fix}" : $"{errors.Count} query parameters will not do.";
        throw new HubException(ErrorKind.Malformed, "query-invalid", detail) { Errors = errors };
    }

    static bool TryNumber(string? text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
