using System.Net.Sockets;
using System.Security.Authentication;
using Exchange.Sdk;
using Npgsql;

namespace Exchange.Connectors.PostgreSql;

/// <summary>Names what the server or the driver says by what to do next (PostgreSQL documentation, appendix A).</summary>
static class PostgreSqlErrors
{
    public static async Task<T> GuardAsync<T>(PostgreSqlOptions options, Func<Task<T>> step)
    {
        try
        {
            return await step();
        }
        catch (Exception error) when (error is NpgsqlException or SocketException or TimeoutException or IOException or AuthenticationException)
        {
            throw Named(error, options);
        }
    }

    /// <summary>The statements that give a role the right to read.</summary>
    public static string Grant(PostgreSqlOptions options, string? stream)
    {
        var role = Catalogue.Quoted(options.User);
        var schemas = string.Join(", ", options.Schemas.Select(Catalogue.Quoted));
        var what = stream is null ? $"ALL TABLES IN SCHEMA {schemas}" : stream;
        return $"GRANT USAGE ON SCHEMA {schemas} TO {role}; GRANT SELECT ON {what} TO {role};";
    }

    static ConnectorException Named(Exception error, PostgreSqlOptions options) => error switch
    {
        PostgresException refused => Refused(refused, options),
        { InnerException: AuthenticationException } or AuthenticationException => New(ConnectorErrorKind.Configuration, error, options,
            "no protected connection could be made. Set \"rootCertificate\" to the authority of the server, or correct \"sslMode\""),
        NpgsqlException { IsTransient: false } when error.Message.Contains("SSL", StringComparison.Ordinal) => New(ConnectorErrorKind.Configuration, error, options,
            "the server offers no protected connection. Turn TLS on there, or set \"sslMode\" to prefer"),
        NpgsqlException { IsTransient: false } when error.Message.Contains("password", StringComparison.OrdinalIgnoreCase) => New(ConnectorErrorKind.Authentication, error, options,
            $"the server asks for a password of \"{options.User}\". Set \"password\""),
        _ => New(ConnectorErrorKind.Unavailable, error, options, $"the server did not answer or the connection broke ({(error.InnerException ?? error).Message}). It is tried again later"),
    };

    static ConnectorException Refused(PostgresException error, PostgreSqlOptions options)
    {
        var reason = error.MessageText.TrimEnd('.');
        return error.SqlState switch
        {
            "42501" => New(ConnectorErrorKind.Authentication, error, options, $"{reason}. Let somebody with the right to do so run: {Grant(options, null)}"),
            ['2', '8', ..] => New(ConnectorErrorKind.Authentication, error, options, $"{reason}. Correct \"user\" and \"password\", and pg_hba.conf on the server"),
            "3D000" => New(ConnectorErrorKind.Configuration, error, options, $"{reason}. Correct \"database\""),
            "57014" => New(ConnectorErrorKind.Unavailable, error, options, $"{reason}. It is tried again later; raise \"statementTimeoutSeconds\" if reading takes longer than that"),
            ['0', '8', ..] or ['4', '0', ..] or ['5', '3', ..] or ['5', '5', ..] or ['5', '7', ..] or ['5', '8', ..] =>
                New(ConnectorErrorKind.Unavailable, error, options, $"{reason}. It is tried again later"),
            "25006" => New(ConnectorErrorKind.Configuration, error, options, $"{reason}. A source only reads; correct \"query\""),
            ['4', '2', ..] => New(ConnectorErrorKind.Configuration, error, options, $"{reason}. Correct \"query\", or the names of stream and columns"),
            _ => New(ConnectorErrorKind.Configuration, error, options, $"{reason} (SQLSTATE {error.SqlState})"),
        };
    }

    static ConnectorException New(ConnectorErrorKind kind, Exception error, PostgreSqlOptions options, string what) =>
        new(kind, $"{options.Database} on {options.Host}:{options.Port}: {what}.", error);
}
