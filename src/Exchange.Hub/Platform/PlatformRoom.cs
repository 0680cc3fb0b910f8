using Exchange.Sdk;
using Hangfire;
using Hangfire.Dashboard;
using Hangfire.PostgreSql;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.DataProtection;
using Npgsql;

namespace Exchange.Hub.Platform;

/// <summary>What every room stands on: database, secrets, identity, errors, jobs.</summary>
public static class PlatformRoom
{
    /// <summary>Connections for requests and runs together.</summary>
    const int PoolSize = 60;

    /// <summary>Registers the room.</summary>
    public static IServiceCollection AddPlatform(this IServiceCollection services, HubOptions options, DatabaseLogins logins, DataDirectory data, Redactor redactor)
    {
        services.AddSingleton(options).AddSingleton(logins).AddSingleton(data).AddSingleton(redactor);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(_ => new NpgsqlDataSourceBuilder(new NpgsqlConnectionStringBuilder(logins.Application) { ApplicationName = "exchange", MaxPoolSize = PoolSize }.ConnectionString).Build());
        services.AddSingleton(new OutboundGuard(options));
        services.AddSingleton<PointDatabase>();
        services.AddSingleton(MasterKeys.Load(options, data));
        services.AddSingleton<SecretStore>().AddSingleton<ISecretStore>(provider => provider.GetRequiredService<SecretStore>());
        services.AddDataProtection().SetApplicationName("exchange").PersistKeysToFileSystem(new DirectoryInfo(data.Of("web-keys")));
        services.AddIdentity(options).AddManners().AddPages().AddJobs().AddDoctor();
        services.ConfigureHttpJsonOptions(json => ApiJson.Configured(json.SerializerOptions));
        services.Configure<RouteHandlerOptions>(handlers => handlers.ThrowOnBadRequest = true);
        return services.AddOpenApi(OpenApi.Configure);
    }

    /// <summary>Maps the room's routes.</summary>
    public static void MapPlatform(this IEndpointRouteBuilder routes)
    {
        routes.MapHealth();
        routes.MapTokens();
        routes.MapSystems();
        routes.MapSessions();
        routes.MapExternalDoor();
        routes.MapPasskeys();
        routes.MapAccount();
        routes.MapPeople();
        routes.MapPages();
        routes.MapOpenApi("/openapi/{documentName}.json").AllowAnyRole();
        routes.MapApiReference();
        routes.MapHangfireDashboard(
                JobStore.DashboardPath,
                new DashboardOptions { Authorization = [], IsReadOnlyFunc = _ => true, DashboardTitle = "Exchange jobs", DisplayStorageConnectionString = false, AppPath = null },
                routes.ServiceProvider.GetRequiredService<PostgreSqlStorage>())
            .AllowRoles(Role.Administrator);
    }

    static IServiceCollection AddIdentity(this IServiceCollection services, HubOptions options)
    {
        services.AddSingleton<KnownCallers>().AddHostedService<CallerListener>().AddSingleton<TokenStore>().AddSingleton<IssueToken>().AddSingleton<RevokeToken>().AddSingleton<FirstToken>();
        services.AddAuthentication(TokenAuthentication.SchemeName).AddScheme<AuthenticationSchemeOptions, TokenAuthentication>(
            TokenAuthentication.SchemeName, bearer => bearer.ForwardDefaultSelector = SessionAuthentication.Select);
        return services.AddOAuth().AddPeople().AddExternalDoor(options).AddPasskeys().AddAuthorization(AccessRules.Configure);
    }

    static IServiceCollection AddJobs(this IServiceCollection services)
    {
        services.AddSingleton<IGlobalConfiguration>(GlobalConfiguration.Configuration).AddSingleton(DashboardRoutes.Routes); // the dashboard asks for them
        services.AddSingleton<JobConnections>().AddSingleton(provider => JobStore.Open(provider.GetRequiredService<JobConnections>()));
        services.AddSingleton<IBackgroundJobClientV2>(provider => new BackgroundJobClient(provider.GetRequiredService<PostgreSqlStorage>(), JobStore.Filters));
        services.AddSingleton<IRecurringJobManagerV2>(provider => new RecurringJobManager(provider.GetRequiredService<PostgreSqlStorage>(), JobStore.Filters));
        services.AddSingleton<IJobQueue, JobQueue>();
        return services.AddHostedService<JobServers>();
    }

    static IServiceCollection AddDoctor(this IServiceCollection services) => services
        .AddSingleton<Doctor>()
        .AddSingleton<IDoctorCheck, DatabaseCheck>()
        .AddSingleton<IDoctorCheck, RightsCheck>()
        .AddSingleton<IDoctorCheck, MigrationsCheck>()
        .AddSingleton<IDoctorCheck, ClockCheck>()
        .AddSingleton<IDoctorCheck, DiskCheck>()
        .AddSingleton<IDoctorCheck, SecretsCheck>()
        .AddSingleton<IDoctorCheck, JobsCheck>();
}
