using Exchange.Engine.Schemas;

namespace Exchange.Hub.Platform;

/// <summary>
/// What must stand before the hub can be put together: the data directory, the log, a migrated database. Taken down in
/// the opposite order.
/// </summary>
public sealed class Foundation : IAsyncDisposable
{
    readonly LocalPostgres? postgres;

    Foundation(DataDirectory data, Redactor redactor, Serilog.Core.Logger log, LocalPostgres? postgres, DatabaseLogins logins)
    {
        Data = data;
        Redactor = redactor;
        Log = log;
        this.postgres = postgres;
        Logins = logins;
    }

    /// <summary>The hub's folder, held.</summary>
    public DataDirectory Data { get; }

    /// <summary>Knows the secrets met so far.</summary>
    public Redactor Redactor { get; }

    /// <summary>The log.</summary>
    public Serilog.Core.Logger Log { get; }

    /// <summary>The ways into the database.</summary>
    public DatabaseLogins Logins { get; }

    /// <summary>Lays it.</summary>
    /// <exception cref="SettingsException">A setting is wrong.</exception>
    /// <exception cref="LocalPostgresException">The private PostgreSQL cannot be had.</exception>
    /// <exception cref="MigrationException">The database is newer than the program, or a migration failed.</exception>
    public static async Task<Foundation> LayAsync(HubOptions options, CancellationToken cancellationToken)
    {
        var data = DataDirectory.Hold(options.DataDirectory);
        var redactor = new Redactor();
        redactor.Learn(options.MasterKey);
        redactor.Learn(options.NewtonsoftLicenseKey);
        redactor.Learn(options.SmtpPassword);
        redactor.Learn(options.OidcClientSecret);
        var log = HubLog.Create(options, data, redactor);
        LocalPostgres? postgres = null;
        try
        {
            UseLicense(options.NewtonsoftLicenseKey);
            if (options.ConnectionString is null)
                postgres = await LocalPostgres.StartAsync(data.Of("postgres"), options, line => log.Information("{Line:l}", line), cancellationToken);
            var logins = postgres?.Logins ?? DatabaseLogins.From(options);
            foreach (var password in logins.Passwords)
                redactor.Learn(password);
            using var loggers = new Serilog.Extensions.Logging.SerilogLoggerFactory(log);
            await new Migrator(logins, Migration.All, loggers.CreateLogger<Migrator>()).MigrateAsync(cancellationToken);
            return new Foundation(data, redactor, log, postgres, logins);
        }
        catch
        {
            await TakeDownAsync(postgres, log, data);
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await TakeDownAsync(postgres, Log, Data);

    static void UseLicense(string? key)
    {
        if (key is null)
            return;
        try
        {
            NewtonsoftSchemaLicense.Register(key);
        }
        catch (ArgumentException error)
        {
            throw new SettingsException($"newtonsoftLicenseKey will not do. {error.Message}", error);
        }
    }

    static async Task TakeDownAsync(LocalPostgres? postgres, Serilog.Core.Logger log, DataDirectory data)
    {
        if (postgres is not null)
            await postgres.DisposeAsync();
        await log.DisposeAsync();
        data.Dispose();
    }
}
