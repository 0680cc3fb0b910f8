using Npgsql;

namespace Exchange.Hub.Platform;

/// <summary>
/// Hears what any hub notifies on one channel of the database (<c>NOTIFY</c>), for as long as the hub runs. Whenever it
/// may have missed something it says so, once it listens again.
/// </summary>
/// <param name="name">What the connection calls itself, such as <c>exchange grants</c>.</param>
/// <param name="channel">The channel.</param>
abstract class NotificationListener(string name, string channel, DatabaseLogins logins, TimeProvider time, ILogger log) : BackgroundService
{
    static readonly TimeSpan retryAfter = TimeSpan.FromSeconds(1);

    /// <summary>A connection that has silently died is noticed after so many seconds.</summary>
    const int KeepAliveSeconds = 10;

    /// <summary>Listens from now on: what was notified before was not heard.</summary>
    protected abstract Task OnListeningAsync(CancellationToken cancellationToken);

    /// <summary>Something was notified, and committed.</summary>
    protected abstract Task OnHeardAsync(string payload, CancellationToken cancellationToken);

    /// <summary>Is deaf from now on.</summary>
    protected abstract void OnDeaf();

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ListenAsync(stoppingToken);
            }
            catch (Exception e) when (e is NpgsqlException or IOException or TimeoutException)
            {
                log.LogWarning(e, "The channel {Channel} cannot be heard; the database is asked until it can", channel);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            finally
            {
                OnDeaf();
            }
            await Task.Delay(retryAfter, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    async Task ListenAsync(CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(logins.Application) { ApplicationName = name, Pooling = false, KeepAlive = KeepAliveSeconds }.ConnectionString);
        var news = new Queue<string>();
        connection.Notification += (_, told) => news.Enqueue(told.Payload);
        await connection.OpenAsync(cancellationToken);
        await connection.ExecuteAsync($"listen {new Identifier(channel)}", [], cancellationToken);
        await OnListeningAsync(cancellationToken);
        while (true)
        {
            await connection.WaitAsync(cancellationToken);
            while (news.TryDequeue(out var payload))
                await OnHeardAsync(payload, cancellationToken);
        }
    }
}
