using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Exchange.Hub;
using Exchange.Hub.Platform;
using Exchange.Hub.Runs;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Exchange.Benchmarks;

/// <summary>A hub as it is delivered, durable private PostgreSQL included, in a folder of its own that goes with it.</summary>
sealed class BenchmarkHub : IAsyncDisposable
{
    readonly WebApplication app;

    BenchmarkHub(WebApplication app, string folder, HttpClient client, HttpClient reader)
    {
        this.app = app;
        Folder = folder;
        Client = client;
        Reader = reader;
    }

    /// <summary>A folder for input; the database server may read it.</summary>
    public string Folder { get; }

    /// <summary>A client of an administrator.</summary>
    public HttpClient Client { get; }

    /// <summary>A client of the staff of the department that publishes, who see its datasets whole.</summary>
    public HttpClient Reader { get; }

    public IServiceProvider Services => app.Services;

    /// <summary>The database owner's connection string.</summary>
    public string Owner => Services.GetRequiredService<DatabaseLogins>().Owner;

    /// <param name="configure">Changes settings.</param>
    public static async Task<BenchmarkHub> StartAsync(Func<HubOptions, HubOptions>? configure = null)
    {
        var folder = Directory.CreateTempSubdirectory("exchange-bench-").FullName;
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101);
        var options = new HubOptions
        {
            DataDirectory = Path.Combine(folder, "hub"),
            SourcesDirectory = folder,
            Urls = "http://127.0.0.1:0",
            LogLevel = LogThreshold.Warning,
            RequestsPerMinute = 0, // a benchmark is one caller
        };
        var app = await HubApp.BuildAsync(configure?.Invoke(options) ?? options);
        await app.StartAsync();
        return new BenchmarkHub(app, folder, await ClientAsync(app, Role.Administrator, null), await ClientAsync(app, Role.ItStaff, IngestRig.Department));
    }

    /// <summary>A client with a new token.</summary>
    public Task<HttpClient> ClientAsync(Role role, string? department) => ClientAsync(app, role, department);

    static async Task<HttpClient> ClientAsync(WebApplication app, Role role, string? department)
    {
        var token = await app.Services.GetRequiredService<IssueToken>().ExecuteAsync(new TokenRequest("Benchmark", role, department), Caller.System, CancellationToken.None);
        var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()), Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token.Token);
        return client;
    }

    /// <summary>Puts a document.</summary>
    public async Task PutAsync(string path, string json)
    {
        using var answer = await Client.PutAsync($"/api/v1/{path}", new StringContent(json, Encoding.UTF8, "application/json"));
        if (!answer.IsSuccessStatusCode)
            throw new InvalidOperationException($"PUT {path}: {await answer.Content.ReadAsStringAsync()}");
    }

    /// <summary>Asks for a run and does it at once, as a worker would.</summary>
    /// <returns>The run as it ended: it succeeded.</returns>
    public async Task<Run> RunAsync(string dataset)
    {
        var id = await Services.GetRequiredService<RunDataset>().ExecuteAsync(dataset, "manual", Caller.System, CancellationToken.None);
        await Services.GetRequiredService<RunJob>().ExecuteAsync(id, CancellationToken.None);
        var store = Services.GetRequiredService<RunStore>();
        var run = await store.FindAsync(id, CancellationToken.None);
        while (run!.State is RunState.Queued or RunState.Running) // a worker of the hub was quicker
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
            run = await store.FindAsync(id, CancellationToken.None);
        }
        return run.State == RunState.Succeeded ? run : throw new InvalidOperationException($"The run {run.State}: {run.Error} {run.Hold}");
    }

    /// <summary>Executes one statement as the database's owner.</summary>
    public async Task SqlAsync(string statement)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(Owner) { CommandTimeout = 0 }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(statement, connection);
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        Reader.Dispose();
        await app.StopAsync();
        await app.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}
