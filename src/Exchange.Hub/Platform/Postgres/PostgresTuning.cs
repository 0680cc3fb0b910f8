using System.Globalization;

namespace Exchange.Hub.Platform;

/// <summary>
/// The settings of the private PostgreSQL: durable (fsync and synchronous_commit stay on), and made for publishing in
/// bulk. An administrator's <c>ALTER SYSTEM</c> wins over them. The figures behind them stand in Platform/README.md.
/// </summary>
public static class PostgresTuning
{
    const long MiB = 1024 * 1024;

    /// <summary>Settings for a machine (or container) with this much memory.</summary>
    public static IReadOnlyDictionary<string, string> For(long memoryBytes, string socketFolder) => new Dictionary<string, string>
    {
        ["listen_addresses"] = "",
        ["port"] = "5432",
        ["unix_socket_directories"] = socketFolder,
        ["unix_socket_permissions"] = "0700",
        ["max_connections"] = "200",

        ["shared_buffers"] = Megabytes(Math.Clamp(memoryBytes / 8, 128 * MiB, 1024 * MiB)),
        ["maintenance_work_mem"] = Megabytes(Math.Clamp(memoryBytes / 32, 64 * MiB, 512 * MiB)), // builds the indexes of a first load
        ["work_mem"] = "16MB",
        ["max_parallel_maintenance_workers"] = "2",

        // A table filled in the transaction that made it needs no write-ahead log, only a flush at commit. The price:
        // no replication and no point-in-time recovery of the private cluster; who needs them sets connectionString.
        ["wal_level"] = "minimal",
        ["max_wal_senders"] = "0",
        ["wal_buffers"] = "32MB",
        ["min_wal_size"] = "512MB",
        ["max_wal_size"] = "4GB",
        ["checkpoint_timeout"] = "15min",
        ["checkpoint_completion_target"] = "0.9",

        ["random_page_cost"] = "1.1",
        ["jit"] = "off", // costs more than it saves on queries by key
        ["autovacuum_vacuum_scale_factor"] = "0.05",
        ["autovacuum_analyze_scale_factor"] = "0.05",

        ["timezone"] = "UTC",
        ["log_timezone"] = "UTC",
        ["lc_messages"] = "C",
        ["logging_collector"] = "on",
        ["log_directory"] = "log",
        ["log_filename"] = "postgresql-%a.log",
        ["log_truncate_on_rotation"] = "on",
        ["log_rotation_age"] = "1d",
        ["log_rotation_size"] = "0",
        ["log_min_duration_statement"] = "-1", // statements may carry personal data
        ["log_parameter_max_length"] = "0",
        ["log_parameter_max_length_on_error"] = "0",
    };

    /// <summary>As a configuration file.</summary>
    public static string ToConfiguration(IEnumerable<KeyValuePair<string, string>> settings) =>
        "# Written by the hub at every start. Your own settings: ALTER SYSTEM SET …\n"
        + string.Concat(settings.Select(setting => $"{setting.Key} = '{setting.Value.Replace("'", "''", StringComparison.Ordinal)}'\n"));

    static string Megabytes(long bytes) => (bytes / MiB).ToString(CultureInfo.InvariantCulture) + "MB";
}
