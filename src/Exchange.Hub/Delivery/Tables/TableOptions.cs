using Exchange.Sdk;

namespace Exchange.Hub.Delivery.Tables;

/// <summary>The table that a subscription keeps, and how its database is reached.</summary>
public sealed record TableOptions : IOptionRules
{
    /// <summary>The kind of server.</summary>
    [Option("What kind of server it is; `mysql` is MariaDB too.", Required = true)]
    public TableServer Server { get; init; }

    /// <summary>The host.</summary>
    [Option("Host name or address of the server.", Required = true, Example = "db.benefits.example")]
    public string Host { get; init; } = "";

    /// <summary>The port.</summary>
    [Option("Port of the server; the usual one of its kind when left out.", Minimum = 1, Maximum = 65535)]
    public int? Port { get; init; }

    /// <summary>The database.</summary>
    [Option("Name of the database.", Required = true, Example = "benefits")]
    public string Database { get; init; } = "";

    /// <summary>The schema.</summary>
    [Option("Schema of the table: `public` or `dbo` when left out; MySQL has none.", Example = "registry")]
    public string? Schema { get; init; }

    /// <summary>The table.</summary>
    [Option("Name of the table. It belongs to this subscription alone.", Required = true, Example = "companies")]
    public string Table { get; init; } = "";

    /// <summary>The user.</summary>
    [Option("Whom to sign in as. It needs to read and write the table and `exchange_state` beside it, to make temporary tables, and with `create` to make and alter both.", Required = true, Example = "exchange_writer")]
    public string User { get; init; } = "";

    /// <summary>The password.</summary>
    [Option("Password of the user.", Secret = true)]
    public string? Password { get; init; }

    /// <summary>How the connection is protected.</summary>
    [Option("How the connection is protected: `verify-full` also makes sure that the server is the one named in `host`.")]
    public TableTls Tls { get; init; } = TableTls.VerifyFull;

    /// <summary>Certificates of the authority.</summary>
    [Option("Certificates of the authority that vouches for the server, in PEM, as text. Without it the authorities of the hub's system count.")]
    public string? CaCertificates { get; init; }

    /// <summary>Whether the hub makes the table.</summary>
    [Option("Whether the hub makes the table, and adds columns that a new version of the schema brings. If not, it says which statements to run.")]
    public bool Create { get; init; } = true;

    /// <summary>Rows per statement.</summary>
    [Option("Rows that are sent at a time.", Minimum = 1, Maximum = 50_000)]
    public int BatchSize { get; init; } = 5000;

    /// <inheritdoc/>
    public IEnumerable<(string Option, string Message)> BrokenRules()
    {
        if (CaCertificates is not null && Tls is not (TableTls.VerifyCa or TableTls.VerifyFull))
            yield return ("caCertificates", "\"caCertificates\" is looked at only when \"tls\" is verify-ca or verify-full.");
        if (Server == TableServer.Sqlserver && (CaCertificates is not null || Tls == TableTls.VerifyCa))
            yield return ("tls", "SQL Server's driver checks certificates by the hub's system alone: leave \"caCertificates\" out, and write disable, require or verify-full as \"tls\".");
        if (Server == TableServer.Mysql && Schema is not null)
            yield return ("schema", "MySQL has no schemas within a database: leave \"schema\" out.");
        if (Table.Equals(TableState.Table, StringComparison.OrdinalIgnoreCase))
            yield return ("table", $"\"{TableState.Table}\" is where the hub keeps how far its tables are: name another.");
        if (CaCertificates is not null && !TargetTls.AreCertificates(CaCertificates))
            yield return ("caCertificates", "\"caCertificates\" holds no certificate: write the PEM text, from BEGIN CERTIFICATE to END CERTIFICATE.");
    }
}

/// <summary>Kinds of servers that tables are kept on.</summary>
public enum TableServer
{
    /// <summary>PostgreSQL.</summary>
    Postgres,

    /// <summary>MySQL or MariaDB.</summary>
    Mysql,

    /// <summary>Microsoft SQL Server.</summary>
    Sqlserver,
}

/// <summary>How a connection is protected.</summary>
public enum TableTls
{
    /// <summary>In the clear.</summary>
    Disable,

    /// <summary>Encrypted, whoever answers.</summary>
    Require,

    /// <summary>Encrypted, and an authority vouches for the server.</summary>
    VerifyCa,

    /// <summary>Encrypted, and an authority vouches for the server under the name in <c>host</c>.</summary>
    VerifyFull,
}
