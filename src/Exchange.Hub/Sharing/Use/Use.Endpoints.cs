namespace Exchange.Hub.Sharing.Use;

/// <summary>Who used what.</summary>
static class UseEndpoints
{
    public static IServiceCollection AddUse(this IServiceCollection services) => services
        .AddSingleton<UseWriter>()
        .AddHostedService(provider => provider.GetRequiredService<UseWriter>());
}
