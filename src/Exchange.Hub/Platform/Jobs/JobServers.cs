using Hangfire;
using Hangfire.AspNetCore;
using Hangfire.PostgreSql;
using Hangfire.Server;

namespace Exchange.Hub.Platform;

/// <summary>The workers: as many as set for runs, a few for everything short, a few for exports.</summary>
public sealed class JobServers(PostgreSqlStorage storage, IServiceScopeFactory services, HubOptions options) : IHostedService
{
    /// <summary>Workers for deliveries and upkeep.</summary>
    public const int ShortWorkers = 2;

    /// <summary>Workers for exports that are prepared as files.</summary>
    public const int ExportWorkers = 2;

    static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(15);

    readonly List<BackgroundJobServer> servers = [];

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        servers.Add(Start("runs", options.Workers, JobQueues.Runs));
        servers.Add(Start("short", ShortWorkers, JobQueues.Deliveries, JobQueues.Upkeep));
        servers.Add(Start("exports", ExportWorkers, JobQueues.Exports));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        foreach (var server in servers)
            server.SendStop();
        foreach (var server in servers)
        {
            await server.WaitForShutdownAsync(cancellationToken);
            server.Dispose();
        }
        servers.Clear();
    }

    BackgroundJobServer Start(string name, int workers, params string[] queues) => new(
        new BackgroundJobServerOptions
        {
            ServerName = $"{Environment.MachineName}:{Environment.ProcessId}:{name}",
            WorkerCount = workers,
            Queues = queues,
            Activator = new AspNetCoreJobActivator(services),
            FilterProvider = JobStore.Filters,
            StopTimeout = StopPatience,
            ShutdownTimeout = StopPatience,
            HeartbeatInterval = TimeSpan.FromSeconds(20),
            SchedulePollingInterval = TimeSpan.FromSeconds(2),
        },
        storage);
}
