using System.Globalization;
using Exchange.Sdk;
using Npgsql;

namespace Exchange.Connectors.PostgreSql;

/// <summary>Opens a connection that reads one moment of the database and speaks canonical forms.</summary>
static class Session
{
    public static async Task<NpgsqlConnection> OpenAsync(PostgreSqlOptions options, ConnectorContext context, CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnection(ConnectionString(options, context.BaseDirectory));
        try
        {
            await connection.OpenAsync(cancellationToken);
            await using var command = connection.CreateCommand();
            command.CommandText = $"""
                set datestyle = 'ISO, YMD'; set timezone = 'UTC'; set intervalstyle = 'iso_8601'; set bytea_output = 'hex';
                set extra_float_digits = 1; set standard_conforming_strings = on;
                set statement_timeout = {((long)options.StatementTimeoutSeconds * 1000).ToString(CultureInfo.InvariantCulture)};
                begin transaction isolation level repeatable read read only
                """;
            await command.ExecuteNonQueryAsync(cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    // Typed options into the driver's own builder: no text of a person becomes a key of the connection string.
    static string ConnectionString(PostgreSqlOptions options, string baseDirectory)
    {
        var builder = new NpgsqlConnectionStringBuilder
        {
            Host = options.Host,
            Port = options.Port,
            Database = options.Database,
            Username = options.User,
            Password = options.Password ?? "", // not null: whose credentials are used is never left to the environment
            SslMode = Enum.Parse<SslMode>(options.SslMode.ToString(), ignoreCase: true),
            Timeout = options.ConnectTimeoutSeconds,
            CommandTimeout = 0, // the server's statement_timeout is the one that counts
            ApplicationName = "exchange",
            Pooling = false,
        };
        if (options.RootCertificate is { } certificate)
            builder.RootCertificate = Path.GetFullPath(certificate, baseDirectory);
        return builder.ConnectionString;
    }
}
