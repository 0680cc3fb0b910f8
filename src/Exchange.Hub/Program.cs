using System.Reflection;
using Exchange.Hub.Audit;
using Exchange.Hub.Catalog;
using Exchange.Hub.Catalog.Restores;
using Exchange.Hub.Delivery;
using Exchange.Hub.Demo;
using Exchange.Hub.Platform;
using Exchange.Hub.Runs;
using Exchange.Hub.Sharing;
using Exchange.Hub.Sharing.Access;
using Exchange.Hub.Sources;
using Exchange.Sdk;
using Npgsql;
using Serilog;

namespace Exchange.Hub;

/// <summary>The command line of the hub.</summary>
public static class Program
{
    const int Ok = 0;
    const int Failed = 1;
    const int WrongUsage = 2;
    const string DemoVerb = "demo";

    /// <summary>Serves, shows the settings, or tells the demo.</summary>
    public static async Task<int> Main(string[] arguments)
    {
        if (arguments is ["--help" or "-h" or "help", ..])
        {
            await Console.Out.WriteLineAsync($"Exchange, the hub: serves until it is told to stop. With demo [--once] it tells a story of its own.\n\n{SettingsTable.Plain()}");
            return Ok;
        }
        try
        {
            return arguments is [DemoVerb, .. var words] ? await DemoAsync(words) : await ServeAsync(arguments);
        }
        catch (Exception error) when (error is SettingsException or DemoUsageException)
        {
            await Console.Error.WriteLineAsync(error.Message);
            return WrongUsage;
        }
        catch (Exception error) when (error is LocalPostgresException or MigrationException or NpgsqlException or IOException)
        {
            await Console.Error.WriteLineAsync(error.Message);
            return Failed;
        }
    }

    static async Task<int> DemoAsync(string[] words)
    {
        using var stop = new StopSignal();
        return await DemoCommand.RunAsync(DemoOptions.Parse(words), HubApp.BuildAsync, Console.Out, TimeProvider.System, stop.Token);
    }

    static async Task<int> ServeAsync(string[] flags)
    {
        var environment = Environment.GetEnvironmentVariables();
        var options = SettingsReader.Read(flags, environment, Directory.GetCurrentDirectory());
        foreach (var name in SettingsReader.UnknownVariables(environment))
            await Console.Error.WriteLineAsync($"The environment variable {name} is no setting of the hub and has no effect.");
        using var stop = new StopSignal();
        try
        {
            await using var hub = await HubApp.BuildAsync(options, cancellationToken: stop.Token);
            await hub.RunAsync(stop.Token);
            return Ok;
        }
        catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
        {
            return Ok; // told to stop while it was still starting
        }
    }
}

/// <summary>The hub, put together. The only place that knows all rooms.</summary>
public static class HubApp
{
    /// <summary>
    /// Starts the database where it is the hub's own, migrates it, and puts the hub together, ready to run. Disposing
    /// of the hub stops the database again.
    /// </summary>
    /// <param name="options">The settings.</param>
    /// <param name="customise">Lets a test replace services.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <exception cref="SettingsException">A setting is wrong.</exception>
    /// <exception cref="LocalPostgresException">The private PostgreSQL cannot be had.</exception>
    /// <exception cref="MigrationException">The database is newer than the program, or a migration failed.</exception>
    public static async Task<WebApplication> BuildAsync(HubOptions options, Action<IServiceCollection>? customise = null, CancellationToken cancellationToken = default)
    {
        var foundation = await Foundation.LayAsync(options, cancellationToken);
        WebApplication? hub = null;
        try
        {
            hub = Assemble(options, foundation, customise);
            await PrepareAsync(hub, options, cancellationToken);
            return hub;
        }
        catch
        {
            if (hub is not null)
                await hub.DisposeAsync();
            await foundation.DisposeAsync();
            throw;
        }
    }

    static WebApplication Assemble(HubOptions options, Foundation foundation, Action<IServiceCollection>? customise)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = Assembly.GetExecutingAssembly().GetName().Name });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(server => server.AddServerHeader = false).UseUrls(options.Urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        builder.Services.AddRoutingCore().AddSerilog(foundation.Log);
        builder.Services.AddSingleton(_ => foundation); // by factory: so the container disposes of it, last
        builder.Services.AddPlatform(options, foundation.Logins, foundation.Data, foundation.Redactor);
        builder.Services.AddAudit();
        builder.Services.AddCatalog();
        builder.Services.AddSources(_ => PluginCatalog.Load(options.ConnectorDirectory ?? AppContext.BaseDirectory), new SourceFolder(Path.GetFullPath(options.SourcesDirectory)));
        builder.Services.AddRuns();
        builder.Services.AddSharing();
        builder.Services.AddDelivery();
        customise?.Invoke(builder.Services);

        var hub = builder.Build();
        hub.Services.GetRequiredService<Foundation>();
        hub.UseForwardedHeaders(PublicAddress.Proxies(options));
        hub.UseSerilogRequestLogging(requests => HubLog.LogRequests(requests, foundation.Log));
        hub.UseProblems();
        hub.UseMiddleware<PublicHost>();
        hub.UseAccess();
        hub.UseRouting();
        hub.UseMiddleware<CrossSiteCheck>();
        hub.UseCallers();
        hub.UseManners();
        hub.MapPlatform();
        hub.MapAudit();
        hub.MapCatalog();
        hub.MapSources();
        hub.MapRuns();
        hub.MapSharing();
        hub.MapDelivery();
        return hub;
    }

    static async Task PrepareAsync(WebApplication hub, HubOptions options, CancellationToken cancellationToken)
    {
        await hub.Services.GetRequiredService<SecretStore>().ReencryptAsync(cancellationToken);
        await hub.Services.GetRequiredService<OAuthKeys>().LoadAsync(cancellationToken);
        await hub.Services.GetRequiredService<RestoreCheck>().ExecuteAsync(cancellationToken);
        if (await hub.Services.GetRequiredService<FirstToken>().EnsureAsync(cancellationToken) is { } file)
            await Console.Out.WriteLineAsync($"The first administrator's token is in {file}");
        var first = await hub.Services.GetRequiredService<FirstLink>().EnsureAsync(cancellationToken);
        hub.Lifetime.ApplicationStarted.Register(() =>
        {
            Console.Out.WriteLine($"Exchange listens on {string.Join(", ", hub.Urls)}");
            if (first is not null)
                Console.Out.WriteLine($"The first administrator joins, within a day and once, at {first.At(PublicAddress.Of(options, hub.Urls))}");
        });
    }
}
