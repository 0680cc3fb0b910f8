using DbUp;
using DbUp.Engine;
using DbUp.Engine.Output;
using Hangfire.PostgreSql;
using Npgsql;

namespace Exchange.Hub.Platform;

/// <summary>
/// Brings the database to the shape that this program needs. Two hubs that start together take turns; a database that
/// a newer program has migrated is refused.
/// </summary>
public sealed class Migrator(DatabaseLogins logins, IReadOnlyList<Migration> migrations, ILogger log)
{
    /// <summary>Any constant will do, as long as every hub uses the same: "exchange" in hexadecimal ASCII.</summary>
    const long TurnKey = 0x65786368616e6765;

    /// <summary>Applies what is missing.</summary>
    /// <exception cref="MigrationException">The database is newer, or a step failed.</exception>
    public async Task MigrateAsync(CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(logins.Owner);
        await connection.OpenAsync(cancellationToken);
        await connection.ExecuteAsync($"select pg_advisory_lock($1)", [TurnKey], cancellationToken); // let go when the connection closes
        await connection.ExecuteAsync($"create schema if not exists platform", [], cancellationToken);
        await RefuseNewerAsync(connection, cancellationToken);
        await Task.Run(Upgrade, cancellationToken);
        PrepareHangfire(connection);
        if (logins.Separated)
            await GrantAsync(connection, cancellationToken);
    }

    async Task RefuseNewerAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (await connection.ScalarAsync<string>($"select to_regclass('platform.migrations')::text", [], cancellationToken) is null)
            return;
        var applied = await connection.QueryAsync($"select scriptname from platform.migrations order by schemaversionsid", [], row => row.GetString(0), cancellationToken);
        var unknown = applied.Except(migrations.Select(migration => migration.Name)).ToList();
        if (unknown.Count > 0)
            throw new MigrationException($"The database \"{connection.Database}\" was migrated by a newer hub: this one does not know {string.Join(", ", unknown)}. Start the newer hub, or restore a backup taken before it ran.");
    }

    void Upgrade()
    {
        var result = DeployChanges.To
            .PostgresqlDatabase(logins.Owner)
            .WithScripts(migrations.Select(migration => new SqlScript(migration.Name, migration.Text, new SqlScriptOptions { RunGroupOrder = migration.Number })))
            .WithTransactionPerScript()
            .WithVariablesDisabled() // $name$ is PostgreSQL's own quoting
            .JournalToPostgresqlTable("platform", "migrations")
            .LogTo(new LogBridge(log))
            .Build()
            .PerformUpgrade();
        if (!result.Successful)
            throw new MigrationException($"The migration {result.ErrorScript?.Name} failed and was rolled back: {result.Error.Message}", result.Error);
    }

    /// <summary>Hangfire's tables are made by its own installer, here and not by the running hub: only the owner may.</summary>
    static void PrepareHangfire(NpgsqlConnection connection)
    {
        PostgreSqlObjectsInstaller.Install(connection, JobStore.Schema);
    }

    async Task GrantAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        foreach (var grants in Migration.Grants)
        {
            var statement = grants
                .Replace(":application", Identifier.Quote(logins.ApplicationRole), StringComparison.Ordinal)
                .Replace(":jobs", Identifier.Quote(logins.JobsRole), StringComparison.Ordinal);
            await using var command = new NpgsqlCommand(statement, connection);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>What fails is thrown with its reason, so that none of this is news above debug.</summary>
    sealed class LogBridge(ILogger log) : IUpgradeLog
    {
        public void LogTrace(string format, params object[] args) => log.LogTrace(format, args);

        public void LogDebug(string format, params object[] args) => log.LogDebug(format, args);

        public void LogInformation(string format, params object[] args) => log.LogDebug(format, args);

        public void LogWarning(string format, params object[] args) => log.LogDebug(format, args);

        public void LogError(string format, params object[] args) => log.LogDebug(format, args);

        public void LogError(Exception ex, string format, params object[] args) => log.LogDebug(ex, format, args);
    }
}

/// <summary>The database cannot be brought to the shape that the program needs. The message says what to do.</summary>
public sealed class MigrationException(string message, Exception? inner = null) : Exception(message, inner);
