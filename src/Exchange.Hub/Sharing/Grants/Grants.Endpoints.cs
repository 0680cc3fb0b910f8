namespace Exchange.Hub.Sharing.Grants;

/// <summary>Grants, and what people do with them.</summary>
static class GrantsEndpoints
{
    public static IServiceCollection AddGrants(this IServiceCollection services) => services
        .AddSingleton<GrantStore>()
        .AddSingleton<IssueGrant>();
}
