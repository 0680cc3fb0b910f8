namespace Exchange.Hub.Sharing.Access;

/// <summary>The component that decides, and its answers to who asks why.</summary>
static class AccessEndpoints
{
    public static IServiceCollection AddAccess(this IServiceCollection services) => services
        .AddSingleton<SharingKeySource>()
        .AddSingleton<GrantIndex>()
        .AddSingleton<AccessGate>()
        .AddHostedService<GrantListener>();
}
