using Exchange.Hub.Platform;
using Npgsql;

namespace Exchange.Hub.Catalog.Search;

/// <summary>Writes what is found by at the start for datasets that were declared before there was a search, or by older rules.</summary>
sealed class SearchBackfill(NpgsqlDataSource database, ILogger<SearchBackfill> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            var behind = await SearchIndex.BehindAsync(database, stoppingToken);
            foreach (var name in behind)
                await database.InTransactionAsync(connection => SearchIndex.WriteAsync(connection, name, stoppingToken), stoppingToken);
            if (behind.Count > 0)
                log.LogInformation("{Count} datasets can be found now that could not be before", behind.Count);
        }
        catch (NpgsqlException error)
        {
            log.LogWarning(error, "Not every dataset can be found; the next start tries again");
        }
    }
}
