using System.Collections.Concurrent;
using System.Net.Http.Headers;
using Exchange.Hub.Platform;
using Exchange.Sdk;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Exchange.Hub.Tests;

/// <summary>
/// A whole hub in this process, on a port of its own. Most tests take the one that all share
/// (<see cref="SharedAsync"/>), and name whatever they put into it so that nobody else does. A test that changes a
/// setting or a service, runs datasets, starts the hub again or takes something away from it starts one of its own, with
/// a database of its own (<see cref="StartAsync"/>), and <c>await using</c>s it.
/// </summary>
public sealed class TestHub : IAsyncDisposable
{
    static readonly Lazy<Task<TestHub>> Shared = new(() => StartAsync());

    /// <summary>Loaded once: each loading of the connectors is another copy of their code to compile.</summary>
    static readonly Lazy<PluginCatalog> Plugins = new(() => PluginCatalog.Load(AppContext.BaseDirectory));

    readonly WebApplication app;
    readonly string folder;
    readonly ConcurrentDictionary<(Role, string?), Task<HttpClient>> clients = new();

    TestHub(WebApplication app, string folder, DatabaseLogins logins)
    {
        this.app = app;
        this.folder = folder;
        Logins = logins;
    }

    /// <summary>The hub's services.</summary>
    public IServiceProvider Services => app.Services;

    /// <summary>Ways into its database.</summary>
    public DatabaseLogins Logins { get; }

    /// <summary>The hub's own way into its database.</summary>
    public NpgsqlDataSource Database => Services.GetRequiredService<NpgsqlDataSource>();

    /// <summary>Its data directory.</summary>
    public string Folder => folder;

    /// <summary>Where it listens.</summary>
    public Uri Address => new(app.Urls.First());

    /// <summary>The hub that all tests share; it stops after the last of them.</summary>
    public static Task<TestHub> SharedAsync() => Shared.Value;

    /// <summary>Stops the shared hub, if any test took it.</summary>
    public static async Task StopSharedAsync()
    {
        if (Shared.IsValueCreated)
            await (await Shared.Value).DisposeAsync();
    }

    /// <summary>Starts one.</summary>
    /// <param name="configure">Changes settings.</param>
    /// <param name="services">Replaces services, such as the clock.</param>
    /// <param name="logins">A database to use; a new one when null.</param>
    public static async Task<TestHub> StartAsync(Func<HubOptions, HubOptions>? configure = null, Action<IServiceCollection>? services = null, DatabaseLogins? logins = null)
    {
        logins ??= await TestPostgres.CreateDatabaseAsync();
        var folder = Directory.CreateTempSubdirectory("exchange-hub-").FullName;
        var options = new HubOptions
        {
            ConnectionString = logins.Application,
            OwnerConnectionString = logins.Owner,
            DataDirectory = folder,
            Urls = "http://127.0.0.1:0",
            LogLevel = LogThreshold.Warning,
            RequestsPerMinute = 0, // all tests together are one caller
            StrangerRequestsPerMinute = 0,
        };
        var app = await HubApp.BuildAsync(configure?.Invoke(options) ?? options, replaced =>
        {
            replaced.AddSingleton(Plugins.Value);
            replaced.PostConfigure<PasswordHasherOptions>(hasher => hasher.IterationCount = 1000); // else a fifth of all tests' time is hashing passwords
            services?.Invoke(replaced);
        });
        await app.StartAsync();
        return new TestHub(app, folder, logins);
    }

    /// <summary>A client with a token of this role.</summary>
    public Task<HttpClient> ClientAsync(Role role, string? department = null) => clients.GetOrAdd((role, department), _ => MakeAsync(role, department));

    /// <summary>A client without a token.</summary>
    public HttpClient Anonymous() => new() { BaseAddress = Address };

    /// <summary>A client with this token, which its caller disposes of.</summary>
    public HttpClient Bearer(string token)
    {
        var client = Anonymous();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    /// <summary>A new token of this role.</summary>
    public async Task<string> TokenAsync(Role role, string? department = null)
    {
        var issued = await Services.GetRequiredService<IssueToken>().ExecuteAsync(new TokenRequest($"Test {role}", role, department), Caller.System, CancellationToken.None);
        return issued.Token;
    }

    /// <summary>Takes the database away from under the hub, as a crash of the server would.</summary>
    public async Task CutOffDatabaseAsync()
    {
        await using var owner = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(Logins.Owner) { Database = "postgres" }.ConnectionString);
        await owner.OpenAsync();
        await owner.ExecuteAsync($"drop database {new Identifier(new NpgsqlConnectionStringBuilder(Logins.Owner).Database!)} with (force)", [], CancellationToken.None);
    }

    async Task<HttpClient> MakeAsync(Role role, string? department) => Bearer(await TokenAsync(role, department));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var client in clients.Values)
            (await client).Dispose();
        await app.StopAsync();
        await app.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}
