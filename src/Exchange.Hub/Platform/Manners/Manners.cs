namespace Exchange.Hub.Platform;

/// <summary>What every route of the API does alike, so that standard clients just work.</summary>
static class Manners
{
    public static IServiceCollection AddManners(this IServiceCollection services) =>
        services.AddSingleton<RequestRates>().AddCompression().AddIdempotency();

    /// <summary>
    /// Compression stands on both sides of the problems: inside, so that a stream that fails before its first byte leaves
    /// nothing of itself in the problem that is answered instead; outside for that problem. No answer is compressed twice.
    /// </summary>
    public static void UseProblems(this IApplicationBuilder hub)
    {
        hub.UseMiddleware<CodedTags>();
        hub.UseResponseCompression();
        hub.UseMiddleware<ProblemMiddleware>();
        hub.UseResponseCompression();
    }

    /// <summary>Says who asks, whether they may, and how often.</summary>
    public static void UseCallers(this IApplicationBuilder hub)
    {
        hub.UseMiddleware<RateLimits.StrangerLimits>();
        var known = hub.ApplicationServices.GetRequiredService<KnownCallers>();
        hub.Properties["__AuthenticationMiddlewareSet"] = true; // else the framework puts another in front of everything, as it sees none outside of a branch
        // Only below /api: elsewhere, as at /oauth/token, authentication itself answers, whatever token came along.
        hub.UseWhen(
            context => !(context.Request.Path.StartsWithSegments("/api", StringComparison.Ordinal) && known.SignIn(context)),
            others => others.UseAuthentication());
        hub.UseMiddleware<RateLimits>();
        hub.UseAuthorization();
    }

    /// <summary>Stands right before the routes.</summary>
    public static void UseManners(this IApplicationBuilder hub)
    {
        hub.UseMiddleware<AcceptCheck>();
        hub.UseMiddleware<DocumentTags>();
        hub.UseMiddleware<OneDeed>();
    }
}
