using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Exchange.Hub.Platform;

/// <summary>What every page has: a title, whoever looks at it, what went wrong, and headers that let it use nothing but the hub's own.</summary>
public abstract class HubPage : PageModel
{
    const string ContentPolicy = "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";

    /// <summary>In the browser's title and on top of the page.</summary>
    public abstract string Title { get; }

    /// <summary>Who is signed in.</summary>
    public Caller? SignedInAs => Caller.Of(HttpContext);

    /// <summary>What went wrong, or null.</summary>
    public PageProblem? Problem { get; private set; }

    /// <inheritdoc/>
    public override void OnPageHandlerExecuting(PageHandlerExecutingContext context)
    {
        var headers = Response.Headers;
        headers.ContentSecurityPolicy = ContentPolicy + FormTargets(context.HttpContext.RequestServices.GetRequiredService<HubOptions>());
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer"; // one-time links stand in addresses
        headers.CacheControl = "no-store";
    }

    /// <summary>The form that links an account is answered with a redirect to the provider, which browsers hold to be its target too.</summary>
    static string FormTargets(HubOptions options) => options.OidcAuthority is { } authority ? " " + new Uri(authority).GetLeftPart(UriPartial.Authority) : "";

    /// <summary>Shows what went wrong before the browser came here, where its code is one that the page knows.</summary>
    protected void Tell(string? code)
    {
        if (PageTexts.Explain(code) is { } text)
            Problem = new PageProblem([(null, text)], code!, Platform.Problem.ReferenceOf(HttpContext));
    }

    /// <summary>Does what a form asks for; a refusal is shown on the page, beside the form.</summary>
    protected async Task<IActionResult> DoAsync(Func<Task<IActionResult>> deed)
    {
        try
        {
            return await deed();
        }
        catch (HubException error) when (error.Kind < ErrorKind.Internal)
        {
            Problem = PageProblem.Of(error, HttpContext);
            Response.StatusCode = (int)error.Kind;
            return Page();
        }
    }
}

/// <summary>A refusal as a page shows it.</summary>
/// <param name="Lines">What is wrong, with the id of the field where it is about one.</param>
/// <param name="Code">The problem's code.</param>
/// <param name="Reference">To find it in the log.</param>
public sealed record PageProblem(IReadOnlyList<(string? Field, string Text)> Lines, string Code, string Reference)
{
    /// <summary>A refusal; the ids of fields are their names in the API.</summary>
    public static PageProblem Of(HubException error, HttpContext context) => new(
        error.Errors.Count == 0
            ? [(FieldOf(error.Code), error.Message)]
            : [.. error.Errors.Select(each => ((string?)each.Pointer.Trim('/'), $"{PageTexts.FieldName(each.Pointer.Trim('/'))} {each.Message}. {each.Fix}"))],
        error.Code, Platform.Problem.ReferenceOf(context));

    static string? FieldOf(string code) => code is "code-required" or "code-refused" ? "code" : code == "sign-in-refused" ? "email" : null;
}
