using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.ApplicationModels;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Exchange.Hub.Platform;

/// <summary>Pages made by the server: Razor Pages that stand beside their feature, and what they look like.</summary>
static class WebPages
{
    const string FormCookie = "exchange-form";

    public static IServiceCollection AddPages(this IServiceCollection services)
    {
        services.AddRazorPages(pages =>
        {
            pages.RootDirectory = "/";
            pages.Conventions.AddFolderApplicationModelConvention("/", DenyByDefault);
        });
        return services.AddAntiforgery(forms =>
        {
            forms.Cookie.Name = FormCookie;
            forms.Cookie.SameSite = SameSiteMode.Strict;
            forms.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        });
    }

    public static void MapPages(this IEndpointRouteBuilder routes)
    {
        routes.MapRazorPages();
        MapAsset(routes, "site.css", "text/css", "What the pages look like");
        MapAsset(routes, "passkeys.js", "text/javascript", "Lets a browser use passkeys on the pages");
    }

    static void MapAsset(IEndpointRouteBuilder routes, string name, string mediaType, string summary) =>
        routes.MapGet($"/assets/{name}", () => Results.Stream(typeof(WebPages).Assembly.GetManifestResourceStream(name)!, $"{mediaType}; charset=utf-8"))
            .AllowAnonymous().ExcludeFromDescription().WithSummary(summary);

    /// <summary>Whether a request is for a page, so that whoever is nobody is sent to sign in.</summary>
    public static bool IsPage(HttpContext context) => context.GetEndpoint()?.Metadata is { } about
        && (about.GetMetadata<PageActionDescriptor>() is not null || about.GetMetadata<BrowserPage>() is not null);

    /// <summary>Sends somebody to sign in, and back afterwards.</summary>
    public static void SendToSignIn(HttpContext context) =>
        context.Response.Redirect($"/sign-in?back={Uri.EscapeDataString(context.Request.Path)}");

    /// <summary>A page is for whoever is signed in, unless it says otherwise.</summary>
    static void DenyByDefault(PageApplicationModel page)
    {
        if (page.ModelType?.IsDefined(typeof(AllowAnonymousAttribute), inherit: true) == true)
            return;
        page.EndpointMetadata.Add(new AuthorizeAttribute());
        page.EndpointMetadata.Add(new AllowedRoles(RoleNames.All));
    }
}
