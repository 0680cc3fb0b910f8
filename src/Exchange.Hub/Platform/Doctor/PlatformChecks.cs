using Exchange.Sdk;
using Hangfire.PostgreSql;
using Npgsql;

namespace Exchange.Hub.Platform;

/// <summary>Whether the database answers, how quickly, and of what version it is.</summary>
public sealed class DatabaseCheck(NpgsqlDataSource database, TimeProvider time) : IDoctorCheck
{
    const int OldestMajor = 14;

    /// <inheritdoc/>
    public string Name => "database";

    /// <inheritdoc/>
    public async Task<CheckStep> CheckAsync(CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await connection.ScalarAsync<int>($"select 1", [], cancellationToken);
        var detail = $"PostgreSQL {connection.PostgreSqlVersion} answers in {time.GetElapsedTime(start).TotalMilliseconds:0.0} ms";
        return connection.PostgreSqlVersion.Major >= OldestMajor
            ? new CheckStep(Name, CheckOutcome.Passed, detail)
            : new CheckStep(Name, CheckOutcome.Failed, detail, $"Move to PostgreSQL {OldestMajor} or newer.");
    }
}

/// <summary>Whether the hub works as a role that cannot alter the audit log.</summary>
public sealed class RightsCheck(DatabaseLogins logins) : IDoctorCheck
{
    /// <inheritdoc/>
    public string Name => "rights";

    /// <inheritdoc/>
    public Task<CheckStep> CheckAsync(CancellationToken cancellationToken) => Task.FromResult(logins.Separated
        ? new CheckStep(Name, CheckOutcome.Passed, $"The hub works as {logins.ApplicationRole}, which does not own its tables")
        : new CheckStep(Name, CheckOutcome.Failed, $"The hub works as {logins.ApplicationRole}, which owns its tables and could lift the guard of the audit log", "create role exchange_app login password '…'; then name that role in connectionString and the owner in ownerConnectionString."));
}

/// <summary>Whether every migration of this program was applied.</summary>
public sealed class MigrationsCheck(NpgsqlDataSource database) : IDoctorCheck
{
    /// <inheritdoc/>
    public string Name => "migrations";

    /// <inheritdoc/>
    public async Task<CheckStep> CheckAsync(CancellationToken cancellationToken)
    {
        var applied = await database.QueryAsync($"select scriptname from platform.migrations", [], row => row.GetString(0), cancellationToken);
        var missing = Migration.All.Select(migration => migration.Name).Except(applied).ToList();
        var unknown = applied.Except(Migration.All.Select(migration => migration.Name)).ToList();
        return (missing.Count, unknown.Count) switch
        {
            (0, 0) => new CheckStep(Name, CheckOutcome.Passed, $"{applied.Count} applied"),
            (_, 0) => new CheckStep(Name, CheckOutcome.Failed, $"Not applied: {string.Join(", ", missing)}", "Start the hub again."),
            _ => new CheckStep(Name, CheckOutcome.Failed, $"Applied by a newer hub: {string.Join(", ", unknown)}", "Run the newer hub."),
        };
    }
}

/// <summary>Whether there is room on the disk.</summary>
public sealed class DiskCheck(DataDirectory data) : IDoctorCheck
{
    const long LeastFree = 2L * 1024 * 1024 * 1024;

    /// <inheritdoc/>
    public string Name => "disk";

    /// <inheritdoc/>
    public Task<CheckStep> CheckAsync(CancellationToken cancellationToken)
    {
        var free = new DriveInfo(data.Path).AvailableFreeSpace;
        var detail = $"{free / (1024.0 * 1024 * 1024):0.0} GiB free at {data.Path}";
        return Task.FromResult(free >= LeastFree
            ? new CheckStep(Name, CheckOutcome.Passed, detail)
            : new CheckStep(Name, CheckOutcome.Failed, detail, "Free at least 2 GiB, or move the data directory to a bigger disk."));
    }
}

/// <summary>Whether the hub and its database agree on the time.</summary>
public sealed class ClockCheck(NpgsqlDataSource database, TimeProvider time) : IDoctorCheck
{
    static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public string Name => "clock";

    /// <inheritdoc/>
    public async Task<CheckStep> CheckAsync(CancellationToken cancellationToken)
    {
        var theirs = await database.ScalarAsync<DateTimeOffset>($"select clock_timestamp()", [], cancellationToken);
        var apart = (theirs - time.GetUtcNow()).Duration();
        var detail = $"Hub and database are {apart.TotalSeconds:0.000} s apart";
        return apart <= Tolerance
            ? new CheckStep(Name, CheckOutcome.Passed, detail)
            : new CheckStep(Name, CheckOutcome.Failed, detail, "Let both machines take their time from NTP.");
    }
}

/// <summary>Whether the workers of the jobs are alive.</summary>
public sealed class JobsCheck(PostgreSqlStorage storage, TimeProvider time) : IDoctorCheck
{
    static readonly TimeSpan Silence = TimeSpan.FromMinutes(2);

    /// <inheritdoc/>
    public string Name => "jobs";

    /// <inheritdoc/>
    public Task<CheckStep> CheckAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var alive = storage.GetMonitoringApi().Servers().Where(server => now - server.Heartbeat < Silence).ToList();
        return Task.FromResult(alive.Count > 0
            ? new CheckStep(Name, CheckOutcome.Passed, $"{alive.Sum(server => server.WorkersCount)} workers in {alive.Count} Hangfire servers")
            : new CheckStep(Name, CheckOutcome.Failed, "No Hangfire server has given a sign of life", "Start the hub again, and look for Hangfire in its log."));
    }
}

/// <summary>Whether the stored secrets can be read.</summary>
public sealed class SecretsCheck(SecretStore secrets) : IDoctorCheck
{
    /// <inheritdoc/>
    public string Name => "secrets";

    /// <inheritdoc/>
    public async Task<CheckStep> CheckAsync(CancellationToken cancellationToken)
    {
        var unreadable = await secrets.CountUnreadableAsync(cancellationToken);
        return unreadable == 0
            ? new CheckStep(Name, CheckOutcome.Passed, "Every stored secret has its key")
            : new CheckStep(Name, CheckOutcome.Failed, $"{unreadable} secrets were encrypted with a key that this hub does not have", "Put that key behind the first in masterKey or master.key, or set the secrets anew.");
    }
}
