using System.Security.Cryptography;
using Scalar.AspNetCore;

namespace Exchange.Hub.Platform;

/// <summary>Marks what a browser shows, so that whoever is nobody is sent to sign in.</summary>
sealed class BrowserPage;

/// <summary>The description of the API as a page for people, by Scalar, whose script comes with the hub.</summary>
static class ApiReference
{
    const string Path = "/docs";

    /// <summary>
    /// Nothing from elsewhere, as on every page. The script that starts it stands in the page, known by a nonce; its styles
    /// are put in by its script, which the policy can only allow as a whole.
    /// </summary>
    const string ContentPolicy = "default-src 'self'; script-src 'self' 'nonce-{0}'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";

    public static void MapApiReference(this IEndpointRouteBuilder routes) =>
        routes.MapScalarApiReference(Path, Configure)
            .AllowAnyRole()
            .WithMetadata(new BrowserPage())
            .WithSummary("The API on a page for people, with its script");

    static void Configure(ScalarOptions page, HttpContext http)
    {
        var nonce = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var headers = http.Response.Headers;
        headers.ContentSecurityPolicy = ContentPolicy.Replace("{0}", nonce, StringComparison.Ordinal);
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        page.Nonce = nonce;
        page.Title = "Exchange: the API";
        page.DefaultFonts = false;
        page.Telemetry = false;
        page.DisableAgent().DisableMcp().HideDeveloperTools().HideClientButton(); // they lead to services elsewhere
        page.OpenApiRoutePattern = "/openapi/{documentName}.json";
    }
}
