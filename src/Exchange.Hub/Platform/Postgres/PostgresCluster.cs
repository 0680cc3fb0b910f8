using System.Globalization;

namespace Exchange.Hub.Platform;

/// <summary>
/// One cluster on disk: <c>&lt;folder&gt;/cluster</c> with its socket in <c>&lt;folder&gt;/run</c>, all owned by the
/// user that the server runs as.
/// </summary>
public sealed class PostgresCluster(string folder, PostgresBinaries binaries, ServerUser user)
{
    /// <summary>A Unix socket's path fits into 107 bytes, or it does not work.</summary>
    const int SocketPathLimit = 107;

    /// <summary>Long enough for crash recovery of a big write-ahead log.</summary>
    const string StartSeconds = "600";

    const string OwnSettings = "exchange.conf";

    string Data { get; } = Path.Combine(folder, "cluster");

    string StartLog { get; } = Path.Combine(folder, "start.log");

    /// <summary>Folder of the socket; elsewhere when the data directory's path is too long for a socket.</summary>
    public string SocketFolder { get; } = SocketFolderOf(folder);

    /// <summary>Version of the cluster in this folder, or null when there is none yet.</summary>
    public static int? MajorOf(string folder)
    {
        var file = Path.Combine(folder, "cluster", "PG_VERSION");
        return File.Exists(file) ? int.Parse(File.ReadAllText(file).Trim(), CultureInfo.InvariantCulture) : null;
    }

    /// <summary>Makes the cluster. It appears whole or not at all: a start that was killed half-way is begun again.</summary>
    /// <param name="owner">Name of the superuser.</param>
    /// <param name="password">Its password; SCRAM is the only way in, even through the socket.</param>
    /// <param name="cancellationToken">Ends the making.</param>
    /// <exception cref="LocalPostgresException">initdb failed; with what it said.</exception>
    public async Task CreateAsync(string owner, string password, CancellationToken cancellationToken)
    {
        await user.MakeFolderAsync(folder, cancellationToken);
        var draft = Data + ".new";
        var passwordFile = Path.Combine(folder, "password.new");
        CommandResult result = new(1, "");
        try
        {
            PrivateFile.Write(passwordFile, password);
            await user.OwnAsync(passwordFile, cancellationToken);
            foreach (var locale in (string[])["C.UTF-8", "C"]) // some systems know no C.UTF-8
            {
                if (Directory.Exists(draft))
                    Directory.Delete(draft, recursive: true);
                result = await user.RunAsync(binaries.Of("initdb"), ["-D", draft, "-U", owner, "--pwfile", passwordFile, "--auth=scram-sha-256", "-E", "UTF8", "--locale", locale, "--data-checksums", "--no-instructions"], cancellationToken);
                if (result.ExitCode == 0)
                    break;
            }
        }
        finally
        {
            File.Delete(passwordFile);
        }
        if (result.ExitCode != 0)
            throw new LocalPostgresException($"initdb could not make a cluster in {folder}: {result.Output}");
        await File.AppendAllTextAsync(Path.Combine(draft, "postgresql.conf"), $"\ninclude_if_exists = '{OwnSettings}'\n", cancellationToken);
        Directory.Move(draft, Data);
    }

    /// <summary>Starts the server and waits until it answers. A server that a killed hub left running is taken over.</summary>
    /// <param name="settings">Its settings.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>True when it was already running.</returns>
    /// <exception cref="LocalPostgresException">It does not start; with the end of its log.</exception>
    public async Task<bool> StartAsync(IEnumerable<KeyValuePair<string, string>> settings, CancellationToken cancellationToken)
    {
        await user.MakeFolderAsync(folder, cancellationToken);
        await user.MakeFolderAsync(SocketFolder, cancellationToken);
        PostmasterFile.RemoveStale(Data, SocketFolder);
        if ((await ControlAsync(["status"], cancellationToken)).ExitCode == 0)
            return true;
        var own = Path.Combine(Data, OwnSettings);
        await File.WriteAllTextAsync(own, PostgresTuning.ToConfiguration(settings), cancellationToken);
        await user.OwnAsync(own, cancellationToken);
        File.Delete(StartLog);
        var result = await ControlAsync(["start", "-w", "-t", StartSeconds, "-l", StartLog], cancellationToken);
        if (result.ExitCode != 0)
            throw new LocalPostgresException($"The private PostgreSQL in {folder} does not start: {(File.Exists(StartLog) ? await File.ReadAllTextAsync(StartLog, cancellationToken) : result.Output).Trim()}\nIts logs are in {Path.Combine(Data, "log")}.");
        return false;
    }

    /// <summary>Stops the server: transactions at work are rolled back, what was committed is on disk.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => ControlAsync(["stop", "-w", "-m", "fast"], cancellationToken);

    Task<CommandResult> ControlAsync(string[] arguments, CancellationToken cancellationToken) =>
        user.RunAsync(binaries.Of("pg_ctl"), ["-D", Data, .. arguments], cancellationToken);

    static string SocketFolderOf(string folder)
    {
        var usual = Path.Combine(folder, "run");
        if (System.Text.Encoding.UTF8.GetByteCount(usual) + "/.s.PGSQL.5432".Length <= SocketPathLimit)
            return usual;
        var name = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(folder)))[..16];
        return Path.Combine(Path.GetTempPath(), "exchange-" + name);
    }
}
