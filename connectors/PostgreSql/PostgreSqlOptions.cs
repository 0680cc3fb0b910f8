using Exchange.Sdk;

namespace Exchange.Connectors.PostgreSql;

/// <summary>Which database is read, as whom, and how.</summary>
public sealed record PostgreSqlOptions : IOptionRules
{
    /// <summary>The host.</summary>
    [Option("Host name or address of the server, or the folder of its socket.", Required = true, Example = "db.registry.example")]
    public string Host { get; init; } = "";

    /// <summary>The port.</summary>
    [Option("Port of the server.", Minimum = 1, Maximum = 65535)]
    public int Port { get; init; } = 5432;

    /// <summary>The database.</summary>
    [Option("Name of the database.", Required = true, Example = "registry")]
    public string Database { get; init; } = "";

    /// <summary>The role.</summary>
    [Option("Role to sign in as. It needs CONNECT on the database, USAGE on the schemas and SELECT on what is read, and nothing else.", Required = true, Example = "exchange_reader")]
    public string User { get; init; } = "";

    /// <summary>The password.</summary>
    [Option("Password of the role.", Secret = true)]
    public string? Password { get; init; }

    /// <summary>How the connection is protected.</summary>
    [Option("How the connection is protected: `verify-full` also makes sure that the server is the one named in `host`.")]
    public TlsMode SslMode { get; init; } = TlsMode.Prefer;

    /// <summary>Certificates of the authority.</summary>
    [Option("File with the certificates of the authority that vouches for the server, in PEM. Without it the system's authorities count.", Example = "/etc/ssl/registry-ca.pem")]
    public string? RootCertificate { get; init; }

    /// <summary>Schemas.</summary>
    [Option("Schemas whose tables and views are offered.")]
    public string[] Schemas { get; init; } = ["public"];

    /// <summary>The query.</summary>
    [Option("One SELECT statement to read instead of tables and views. Its result is the stream \"query\".", Example = "select * from person where active")]
    public string? Query { get; init; }

    /// <summary>Seconds to connect.</summary>
    [Option("Seconds to wait for a connection.", Minimum = 1, Maximum = 300)]
    public int ConnectTimeoutSeconds { get; init; } = 15;

    /// <summary>Seconds to read.</summary>
    [Option("Seconds that reading one stream may take on the server; 0 for no end.", Minimum = 0, Maximum = 86400)]
    public int StatementTimeoutSeconds { get; init; } = 3600;

    /// <inheritdoc/>
    public IEnumerable<(string Option, string Message)> BrokenRules()
    {
        if (RootCertificate is not null && SslMode is not (TlsMode.VerifyCa or TlsMode.VerifyFull))
            yield return ("rootCertificate", "\"rootCertificate\" is looked at only when \"sslMode\" is verify-ca or verify-full.");
        if (Schemas.Length == 0)
            yield return ("schemas", "\"schemas\" names at least one schema, such as [\"public\"].");
    }
}

/// <summary>How a connection is protected, in PostgreSQL's words.</summary>
public enum TlsMode
{
    /// <summary>In the clear.</summary>
    Disable,

    /// <summary>Encrypted when the server can.</summary>
    Prefer,

    /// <summary>Encrypted.</summary>
    Require,

    /// <summary>Encrypted, and an authority vouches for the server.</summary>
    VerifyCa,

    /// <summary>Encrypted, and an authority vouches for the server under the name in <c>host</c>.</summary>
    VerifyFull,
}
