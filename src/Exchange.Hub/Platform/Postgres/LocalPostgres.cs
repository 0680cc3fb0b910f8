using System.Security.Cryptography;
using System.Text.Json;
using Npgsql;

namespace Exchange.Hub.Platform;

/// <summary>
/// The embedded default: a private PostgreSQL in the data directory, made at the first start, run by the hub and
/// stopped with it, reachable only through a socket in a closed folder.
/// </summary>
public sealed class LocalPostgres : IAsyncDisposable
{
    const string OwnerRole = "exchange_owner";
    const string ApplicationRole = "exchange_app";
    const string JobsRole = "exchange_jobs";
    const string DatabaseName = "exchange";

    readonly PostgresCluster cluster;
    readonly Passwords passwords;

    LocalPostgres(PostgresCluster cluster, PostgresBinaries binaries, Passwords passwords)
    {
        this.cluster = cluster;
        this.passwords = passwords;
        Version = binaries.Version;
    }

    /// <summary>Version of the server.</summary>
    public string Version { get; }

    /// <summary>Logins to the hub's database.</summary>
    public DatabaseLogins Logins => LoginsTo(DatabaseName);

    /// <summary>Logins to another database of the cluster.</summary>
    public DatabaseLogins LoginsTo(string database) => new(
        Login(database, OwnerRole, passwords.Owner),
        Login(database, ApplicationRole, passwords.Application),
        Login(database, JobsRole, passwords.Jobs));

    /// <summary>Finds or installs PostgreSQL, makes the cluster where needed, starts it, makes roles and database.</summary>
    /// <param name="folder">Folder of the cluster.</param>
    /// <param name="options">Where PostgreSQL is, and whether it may be installed.</param>
    /// <param name="show">Takes what an operator should see while waiting.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <param name="overrides">Settings of the server that replace the usual ones.</param>
    /// <exception cref="LocalPostgresException">It cannot be had; says what to do.</exception>
    public static async Task<LocalPostgres> StartAsync(
        string folder,
        HubOptions options,
        Action<string> show,
        CancellationToken cancellationToken,
        IReadOnlyDictionary<string, string>? overrides = null)
    {
        if (OperatingSystem.IsWindows())
            throw new LocalPostgresException("The hub runs no private PostgreSQL on Windows. Install PostgreSQL and set connectionString.");
        var binaries = await FindOrInstallAsync(folder, options, show, cancellationToken);
        var cluster = new PostgresCluster(folder, binaries, await ServerUser.ChooseAsync(cancellationToken));
        var passwords = Passwords.In(folder + ".passwords.json");
        if (PostgresCluster.MajorOf(folder) is null)
        {
            show($"Making a private PostgreSQL {binaries.Version} in {folder}");
            await cluster.CreateAsync(OwnerRole, passwords.Owner, cancellationToken);
        }
        var settings = new Dictionary<string, string>(PostgresTuning.For(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, cluster.SocketFolder));
        foreach (var (name, value) in overrides ?? new Dictionary<string, string>())
            settings[name] = value;
        if (await cluster.StartAsync(settings, cancellationToken))
            show("Took over the private PostgreSQL that an earlier hub had left running");
        var local = new LocalPostgres(cluster, binaries, passwords);
        await local.EnsureRolesAsync(cancellationToken);
        await local.EnsureDatabaseAsync(cancellationToken);
        return local;
    }

    /// <summary>Stops the server.</summary>
    public async ValueTask DisposeAsync() => await cluster.StopAsync(CancellationToken.None);

    static async Task<PostgresBinaries> FindOrInstallAsync(string folder, HubOptions options, Action<string> show, CancellationToken cancellationToken)
    {
        var major = PostgresCluster.MajorOf(folder);
        if (await PostgresBinaries.FindAsync(options.PostgresDirectory, major, cancellationToken) is { } found)
            return found;
        if (options.PostgresDirectory is { } configured)
            throw new LocalPostgresException($"postgresDirectory {configured} holds no bin/initdb, bin/pg_ctl and bin/postgres{(major is null ? "" : $" of version {major}")}. Correct the setting, or leave it out.");
        if (major is not null)
            throw new LocalPostgresException($"The cluster in {folder} is of PostgreSQL {major}, which is no longer installed. Install it again (Debian: apt-get install -y postgresql-{major}), or move the cluster to a newer version with pg_upgrade.");
        await PostgresInstaller.InstallAsync(options.InstallPostgres, show, cancellationToken);
        return await PostgresBinaries.FindAsync(null, null, cancellationToken)
            ?? throw new LocalPostgresException("PostgreSQL was installed, but initdb was not found afterwards. Set postgresDirectory to the folder that holds bin/initdb.");
    }

    async Task EnsureRolesAsync(CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync("postgres", cancellationToken);
        foreach (var (role, password) in ((string, string)[])[(ApplicationRole, passwords.Application), (JobsRole, passwords.Jobs)])
        {
            if (!await connection.ScalarAsync<bool>($"select exists (select from pg_roles where rolname = $1)", [role], cancellationToken))
                await connection.ExecuteAsync($"create role {new Identifier(role)} login password {new Literal(password)}", [], cancellationToken);
        }
    }

    async Task EnsureDatabaseAsync(CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync("postgres", cancellationToken);
        if (!await connection.ScalarAsync<bool>($"select exists (select from pg_database where datname = $1)", [DatabaseName], cancellationToken))
            await connection.ExecuteAsync($"create database {new Identifier(DatabaseName)}", [], cancellationToken);
    }

    async Task<NpgsqlConnection> OpenAsync(string database, CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnection(LoginsTo(database).Owner);
        try
        {
            await connection.OpenAsync(cancellationToken);
            return connection;
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.InvalidPassword)
        {
            throw new LocalPostgresException($"The private PostgreSQL refuses the password in {passwords.File}. Put the file back from a backup that belongs to this cluster.", error);
        }
    }

    string Login(string database, string role, string password) => new NpgsqlConnectionStringBuilder
    {
        Host = cluster.SocketFolder,
        Port = 5432,
        Database = database,
        Username = role,
        Password = password,
    }.ConnectionString;

    /// <summary>Generated once, kept in a 0600 file beside the cluster.</summary>
    sealed record Passwords(string Owner, string Application, string Jobs)
    {
        public string File { get; private init; } = "";

        public static Passwords In(string file)
        {
            if (System.IO.File.Exists(file))
                return JsonSerializer.Deserialize<Passwords>(System.IO.File.ReadAllBytes(file))! with { File = file };
            var made = new Passwords(Next(), Next(), Next()) { File = file };
            PrivateFile.Write(file, JsonSerializer.Serialize(new { made.Owner, made.Application, made.Jobs }));
            return made;
        }

        static string Next() => RandomNumberGenerator.GetHexString(48, lowercase: true);
    }
}
