using Exchange.Hub.Platform;
using Exchange.Hub.Sharing.Grants;
using Npgsql;

namespace Exchange.Hub.Sharing.Access;

/// <summary>
/// Keeps the index right: hears of every change that any hub commits, and reads everything anew whenever it may have
/// missed one. While it is deaf the index says so, and the gate asks the table.
/// </summary>
sealed class GrantListener(DatabaseLogins logins, GrantIndex index, GrantStore grants, TimeProvider time, ILogger<GrantListener> log) : BackgroundService
{
    static readonly TimeSpan retryAfter = TimeSpan.FromSeconds(1);

    /// <summary>A connection that has silently died is noticed after so many seconds.</summary>
    const int KeepAliveSeconds = 10;

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
                log.LogWarning(e, "Changes of grants cannot be heard; decisions ask the database until they can");
            }
            catch (OperationCanceledException)
            {
                return;
            }
            finally
            {
                index.Lose();
            }
            await Task.Delay(retryAfter, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    async Task ListenAsync(CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(logins.Application) { ApplicationName = "exchange grants", Pooling = false, KeepAlive = KeepAliveSeconds }.ConnectionString);
        var news = new Queue<Guid>();
        connection.Notification += (_, told) => news.Enqueue(Guid.Parse(told.Payload));
        await connection.OpenAsync(cancellationToken);
        await connection.ExecuteAsync($"listen {new Identifier(GrantStore.Channel)}", [], cancellationToken);
        await index.ReloadAsync(grants.OpenAsync, cancellationToken);
        while (true)
        {
            await connection.WaitAsync(cancellationToken);
            while (news.TryDequeue(out var id))
            {
                if (await grants.FindAsync(id, cancellationToken) is { } grant)
                    index.Apply(grant);
            }
        }
    }
}
