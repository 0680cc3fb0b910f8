using System.Security.Claims;
using Microsoft.AspNetCore;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Exchange.Hub.Platform;

/// <summary>
/// The hub as OAuth 2.0 authorization server for systems: client credentials (RFC 6749 section 4.4) by secret or by signed
/// assertion (RFC 7523), short-lived access tokens, metadata (RFC 8414). OpenIddict speaks the protocol.
/// </summary>
static class OAuthServer
{
    /// <summary>Where systems ask for access tokens.</summary>
    public const string TokenPath = "/oauth/token";

    /// <summary>Claim of an access token: the system's <see cref="SystemAccount.TokensVersion"/> when it was given out.</summary>
    public const string VersionClaim = "exchange_tokens_version";

    /// <summary>How long an access token is good.</summary>
    public static readonly TimeSpan TokenLifetime = TimeSpan.FromMinutes(10);

    public static IServiceCollection AddOAuth(this IServiceCollection services)
    {
        services.AddSingleton<SystemStore>().AddSingleton<SystemSecrets>().AddSingleton<RegisterSystem>().AddSingleton<ChangeSystem>().AddSingleton<RefusedSystems>().AddSingleton<OAuthKeys>();
        services.AddOpenIddict()
            .AddCore(core => core
                .SetDefaultApplicationEntity<SystemAccount>()
                .ReplaceApplicationStore<SystemAccount, OAuthClients>()
                .ReplaceApplicationManager<SystemAccount, OAuthClientCheck>()
                .DisableEntityCaching()) // what was ended must be unknown with the next request
            .AddServer(server =>
            {
                server.SetTokenEndpointUris(TokenPath).SetConfigurationEndpointUris("/.well-known/oauth-authorization-server").SetJsonWebKeySetEndpointUris("/.well-known/jwks");
                server.AllowClientCredentialsFlow().SetAccessTokenLifetime(TokenLifetime).DisableTokenStorage().DisableAuthorizationStorage();
                server.DisableScopeValidation().DisableResourceValidation().DisableAudienceValidation(); // what a system may see, grants say
                server.UseAspNetCore().DisableTransportSecurityRequirement(); // TLS ends before the hub
                server.AddEventHandler<HandleTokenRequestContext>(handler => handler.UseInlineHandler(SignIn));
                server.AddEventHandler<ApplyTokenResponseContext>(handler => handler.UseInlineHandler(NoteRefusal));
            })
            .AddValidation(validation =>
            {
                validation.UseLocalServer();
                validation.UseAspNetCore();
            });
        services.AddOptions<OpenIddictServerOptions>().Configure<OAuthKeys, TimeProvider>((options, keys, time) =>
        {
            options.SigningCredentials.Add(new SigningCredentials(keys.Signing, SecurityAlgorithms.EcdsaSha256));
            options.EncryptionCredentials.Add(new EncryptingCredentials(keys.Encryption, SecurityAlgorithms.Aes256KW, SecurityAlgorithms.Aes256CbcHmacSha512));
            options.TimeProvider = time;
        });
        services.AddOptions<OpenIddict.Validation.OpenIddictValidationOptions>().Configure<TimeProvider>((options, time) => options.TimeProvider = time);
        return services;
    }

    /// <summary>A client that is not who it says is told to the audit log before it hears of it.</summary>
    static async ValueTask NoteRefusal(ApplyTokenResponseContext context)
    {
        if (context.Error is not (Errors.InvalidClient or Errors.InvalidGrant or Errors.InvalidToken) || context.Transaction.GetHttpRequest()?.HttpContext is not { } http)
            return;
        await http.RequestServices.GetRequiredService<RefusedSystems>().NoteAsync(context.Request?.ClientId, http.Connection.RemoteIpAddress, context.CancellationToken);
    }

    /// <summary>The client is who it says: OpenIddict has seen to that. The token says no more than which system it is.</summary>
    static async ValueTask SignIn(HandleTokenRequestContext context)
    {
        var services = context.Transaction.GetHttpRequest()!.HttpContext.RequestServices;
        var system = await services.GetRequiredService<SystemStore>().FindByClientIdAsync(context.ClientId!, context.CancellationToken);
        if (system is null)
        {
            context.Reject(Errors.InvalidClient, "The client is not known here.");
            return;
        }
        var identity = new ClaimsIdentity(TokenAuthentication.SchemeName);
        identity.SetClaim(Claims.Subject, system.Id.ToString()).SetClaim(VersionClaim, system.TokensVersion).SetDestinations(_ => [Destinations.AccessToken]);
        context.SignIn(new ClaimsPrincipal(identity));
    }
}
