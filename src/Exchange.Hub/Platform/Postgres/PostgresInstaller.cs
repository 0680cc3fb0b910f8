namespace Exchange.Hub.Platform;

/// <summary>Installs PostgreSQL with the system's package manager, or says how to.</summary>
public static class PostgresInstaller
{
    /// <summary>
    /// Debian's package would start a server of its own on port 5432, which nobody asked for; this drop-in, in place
    /// only while the package is being installed, tells it not to.
    /// </summary>
    const string NoDebianCluster = "/etc/postgresql-common/createcluster.d/exchange.conf";

    static readonly PackageManager[] Known =
    [
        new("apt-get", $"mkdir -p {Path.GetDirectoryName(NoDebianCluster)} && echo 'create_main_cluster = false' > {NoDebianCluster}; apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends postgresql; status=$?; rm -f {NoDebianCluster}; exit $status", "apt-get install -y postgresql"),
        new("dnf", "dnf install -y postgresql-server", "dnf install -y postgresql-server"),
        new("apk", "apk add --no-cache postgresql runuser", "apk add postgresql runuser"),
    ];

    /// <summary>Installs, showing what the package manager says.</summary>
    /// <param name="allowed">The operator's permission.</param>
    /// <param name="show">Takes each line of output.</param>
    /// <param name="cancellationToken">Ends the installation.</param>
    /// <exception cref="LocalPostgresException">It may not, cannot, or did not work; says the one command to type.</exception>
    public static async Task InstallAsync(bool allowed, Action<string> show, CancellationToken cancellationToken)
    {
        var manager = Known.FirstOrDefault(each => Command.Find(each.Program) is not null)
            ?? throw new LocalPostgresException("PostgreSQL was not found, and neither was a package manager that the hub knows (apt-get, dnf, apk). Install PostgreSQL 14 or newer, or set connectionString.");
        var byHand = $"Type this once: {(Environment.IsPrivilegedProcess ? "" : "sudo ")}{manager.ByHand}";
        if (!allowed)
            throw new LocalPostgresException($"PostgreSQL was not found. {byHand} — or start the hub with --install-postgres to let it do so, or set connectionString.");
        string[]? prefix = Environment.IsPrivilegedProcess ? [] : await MaySudoAsync(cancellationToken) ? ["sudo", "-n"] : null;
        if (prefix is null)
            throw new LocalPostgresException($"PostgreSQL was not found, and {Environment.UserName} may not install it without a password. {byHand}");
        show($"Installing PostgreSQL with {manager.Program}");
        string[] line = [.. prefix, "/bin/sh", "-c", manager.Script];
        var result = await Command.RunAsync(line[0], line[1..], cancellationToken, show);
        if (result.ExitCode != 0)
            throw new LocalPostgresException($"{manager.Program} did not install PostgreSQL (exit code {result.ExitCode}); its output stands above. {byHand}");
    }

    static async Task<bool> MaySudoAsync(CancellationToken cancellationToken) =>
        Command.Find("sudo") is { } sudo && (await Command.RunAsync(sudo, ["-n", "true"], cancellationToken)).ExitCode == 0;

    sealed record PackageManager(string Program, string Script, string ByHand);
}
