using Microsoft.AspNetCore.Authorization;

namespace Exchange.Hub.Platform;

/// <summary>Who may use a route. A route that does not say so is closed to everybody.</summary>
/// <param name="Allowed">The roles.</param>
public sealed record AllowedRoles(IReadOnlyList<Role> Allowed);

/// <summary>Deny by default.</summary>
public static class AccessRules
{
    /// <summary>Opens routes to these roles.</summary>
    public static TBuilder AllowRoles<TBuilder>(this TBuilder routes, params Role[] roles) where TBuilder : IEndpointConventionBuilder =>
        routes
            .RequireAuthorization(policy => policy.RequireAuthenticatedUser().RequireRole(roles.Select(role => role.ToName())))
            .WithMetadata(new AllowedRoles(roles));

    /// <summary>Opens routes to whoever has a token.</summary>
    public static TBuilder AllowAnyRole<TBuilder>(this TBuilder routes) where TBuilder : IEndpointConventionBuilder =>
        routes.AllowRoles([.. RoleNames.All]);

    /// <summary>
    /// What holds for routes that say nothing: nobody may. Only where no route matched may whoever has a token pass, to
    /// be told so by a 404 or a 405.
    /// </summary>
    public static void Configure(AuthorizationOptions options) =>
        options.FallbackPolicy = new AuthorizationPolicyBuilder(TokenAuthentication.SchemeName)
            .RequireAuthenticatedUser()
            .RequireAssertion(request => request.Resource is HttpContext context && context.GetEndpoint() is not RouteEndpoint)
            .Build();

    /// <summary>Says why a caller was refused.</summary>
    public static string Explain(HttpContext context)
    {
        var caller = Caller.Of(context);
        var allowed = context.GetEndpoint()?.Metadata.GetMetadata<AllowedRoles>();
        return allowed is null
            ? "The route is open to nobody."
            : $"The route is for {string.Join(", ", allowed.Allowed.Select(role => role.ToName()))}; this token's role is {caller?.Role.ToName()}.";
    }
}
