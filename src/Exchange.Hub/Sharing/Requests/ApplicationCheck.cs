using Exchange.Engine.Schemas;
using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing.Grants;
using Exchange.Hub.Sharing.Policies;

namespace Exchange.Hub.Sharing.Requests;

/// <summary>What is missing from an application, or cannot be had: one list of all of it.</summary>
static class ApplicationCheck
{
    /// <summary>Checks an application against what its dataset offers.</summary>
    /// <param name="application">As it was written.</param>
    /// <param name="terms">What it asks for.</param>
    /// <param name="schema">Schema of the dataset.</param>
    /// <param name="head">The dataset.</param>
    /// <param name="policy">Its policy; null when it is not offered.</param>
    /// <param name="now">The instant of the check.</param>
    public static IReadOnlyList<FieldError> Errors(
        Application application, Terms terms, SharedSchema schema, DatasetHead head, PolicyDefinition? policy, DateTimeOffset now)
    {
        var errors = new List<FieldError>();
        if (policy is null)
            errors.Add(new FieldError("/dataset", $"{head.Name} is not offered: {head.Department} has stated no policy for it", $"Ask the steward of {head.Department} to state one."));
        foreach (var (pointer, text) in TextsOf(application).Where(each => string.IsNullOrWhiteSpace(each.Text)))
            errors.Add(new FieldError(pointer, "is missing", "Fill it in."));
        if (application.Controller is null)
            errors.Add(new FieldError("/controller", "is missing", "Say who answers for the data: independent, joint or processor."));
        if (!string.IsNullOrWhiteSpace(application.Purpose) && !Validation.IsSlug(application.Purpose))
            errors.Add(new FieldError("/purpose", "is not an identifier", "Give a short code of lower-case letters, digits and hyphens: benefit-check."));
        errors.AddRange(TermsErrors(application, terms, schema, head, policy, now));
        return errors;
    }

    /// <summary>The terms that an application asks for, with the key fields, in the schema's order.</summary>
    public static Terms TermsOf(Application application, SharedSchema schema, DateTimeOffset now)
    {
        var wanted = application.Terms;
        var known = schema.Fields.Where(field => field.IsKey || wanted.Fields.Contains(field.Pointer)).Select(field => field.Pointer).ToList();
        return new Terms
        {
            Fields = [.. known, .. wanted.Fields.Except(known)],
            Masks = wanted.Masks,
            Rows = wanted.Rows,
            Modes = [.. wanted.Modes.Distinct().Order()],
            Quota = wanted.Quota,
            From = wanted.From ?? now,
            Until = wanted.Until ?? DateTimeOffset.MinValue,
        };
    }

    /// <summary>The texts that an application must have, by JSON pointer.</summary>
    public static IEnumerable<(string Pointer, string? Text)> TextsOf(Application application) =>
    [
        ("/purpose", application.Purpose), ("/legalBasis", application.LegalBasis), ("/scenario", application.Scenario), ("/frequency", application.Frequency),
        ("/necessity", application.Necessity), ("/retention", application.Retention), ("/security", application.Security),
    ];

    static IEnumerable<FieldError> TermsErrors(
        Application application, Terms terms, SharedSchema schema, DatasetHead head, PolicyDefinition? policy, DateTimeOffset now)
    {
        if (application.Terms.Fields.Count == 0)
            yield return new FieldError("/terms/fields", "is empty", "Name the fields that are needed, as JSON pointers.");
        if (application.Terms.Until is null)
            yield return new FieldError("/terms/until", "is missing", "Say until when the data is needed.");
        else if (terms.Until <= now)
            yield return new FieldError("/terms/until", "has passed", "Give a time to come.");
        var errors = new List<FieldError>();
        TermsCheck.Check(terms, schema, head.Filters, errors);
        foreach (var error in errors.Where(error => error.Pointer != "/until" || application.Terms.Until is not null))
            yield return error with { Pointer = "/terms" + error.Pointer };
        if (policy is null or { Class: SharingClass.NotShared }) // asking for it brings the refusal, which cites the law
            yield break;
        foreach (var mode in terms.Modes.Where(mode => !policy.Modes.Allow(mode)))
            yield return new FieldError("/terms/modes", $"asks for {RequestRights.Name(mode)}, which {head.Department} does not offer", $"Choose among {string.Join(", ", policy.Modes.Select(RequestRights.Name))}.");
    }
}
