using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Exchange.Hub.Platform;

/// <summary>
/// The door for people who sign in at an external OpenID Connect provider, such as a government's unified sign-on:
/// authorization code flow with PKCE; state, nonce, signature, issuer and audience are checked. ASP.NET Core speaks the
/// protocol. The provider is asked when somebody comes, not when the hub starts.
/// </summary>
static class ExternalDoor
{
    /// <summary>Name of the scheme.</summary>
    public const string SchemeName = "External";

    /// <summary>The redirect address to register at the provider.</summary>
    public const string CallbackPath = "/signin-oidc";

    /// <summary>The address to register at the provider to come back to after signing out there.</summary>
    public const string SignedOutPath = "/signout-callback-oidc";

    /// <summary>The page that a person signs in on.</summary>
    public const string SignInPage = "/sign-in";

    /// <summary>The page of a person's own account.</summary>
    public const string AccountPage = "/account";

    static readonly TimeSpan ProviderTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Whether the hub has the door.</summary>
    public static bool IsOpen(HubOptions options) => options.OidcAuthority is not null;

    public static IServiceCollection AddExternalDoor(this IServiceCollection services, HubOptions options)
    {
        // After the provider replaces its key the first person waits for the new one, instead of being refused. It is read
        // once in a process, so it is set before anything of IdentityModel runs, whether this hub has the door or not.
        AppContext.SetSwitch("Switch.Microsoft.IdentityModel.UpdateConfigAsBlocking", true);
        services.AddScoped<ExternalLogins>();
        if (!IsOpen(options))
            return services;
        services.AddScoped<ExternalDoorEvents>().AddAuthentication().AddOpenIdConnect(SchemeName, oidc => Configure(oidc, options));
        return services;
    }

    static void Configure(OpenIdConnectOptions oidc, HubOptions options)
    {
        oidc.Authority = options.OidcAuthority;
        oidc.RequireHttpsMetadata = !new Uri(options.OidcAuthority!).IsLoopback;
        (oidc.ClientId, oidc.ClientSecret) = (options.OidcClientId, options.OidcClientSecret);
        (oidc.ResponseType, oidc.ResponseMode) = (OpenIdConnectResponseType.Code, OpenIdConnectResponseMode.Query);
        (oidc.CallbackPath, oidc.SignedOutCallbackPath, oidc.RemoteSignOutPath) = (CallbackPath, SignedOutPath, default);
        oidc.EventsType = typeof(ExternalDoorEvents);
        oidc.BackchannelTimeout = ProviderTimeout;
        oidc.MapInboundClaims = false;
        oidc.GetClaimsFromUserInfoEndpoint = true;
        oidc.Scope.Clear();
        foreach (var scope in options.OidcScopes.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            oidc.Scope.Add(scope);
        oidc.ClaimActions.Clear();
        foreach (var claim in ExternalIdentity.OptionalClaims)
            oidc.ClaimActions.MapUniqueJsonKey(claim, claim);
        foreach (var cookie in new[] { oidc.CorrelationCookie, oidc.NonceCookie })
            (cookie.SameSite, cookie.SecurePolicy) = (SameSiteMode.Lax, CookieSecurePolicy.SameAsRequest); // the provider sends the browser back by GET
    }
}
