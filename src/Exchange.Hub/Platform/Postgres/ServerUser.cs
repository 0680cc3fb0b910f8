namespace Exchange.Hub.Platform;

/// <summary>
/// The operating system's user that the private PostgreSQL runs as: the hub's own, except that root hands over to
/// <c>postgres</c>, because PostgreSQL refuses to run as root.
/// </summary>
public sealed class ServerUser
{
    const string Account = "postgres";

    readonly string[] prefix;

    ServerUser(string[] prefix) => this.prefix = prefix;

    bool IsOther => prefix.Length > 0;

    /// <summary>Picks the user; as root makes <c>postgres</c> where it is missing.</summary>
    /// <exception cref="LocalPostgresException">There is no such user and none can be made.</exception>
    public static async Task<ServerUser> ChooseAsync(CancellationToken cancellationToken)
    {
        if (!Environment.IsPrivilegedProcess)
            return new ServerUser([]);
        var runuser = Command.Find("runuser")
            ?? throw new LocalPostgresException("The hub runs as root, and the program runuser (package util-linux), with which it hands PostgreSQL over to another user, was not found. Install it, or run the hub as an ordinary user.");
        if ((await Command.RunAsync("id", ["-u", Account], cancellationToken)).ExitCode != 0)
            await AddAsync(cancellationToken);
        return new ServerUser([runuser, "-u", Account, "--"]);
    }

    static async Task AddAsync(CancellationToken cancellationToken)
    {
        string[] line = Command.Find("useradd") is { } useradd
            ? [useradd, "--system", "--user-group", "--no-create-home", "--shell", "/bin/sh", Account]
            : ["adduser", "-S", "-D", "-H", Account];
        var result = await Command.RunAsync(line[0], line[1..], cancellationToken);
        if (result.ExitCode != 0)
            throw new LocalPostgresException($"The user {Account}, which PostgreSQL runs as when the hub is root, cannot be made: {result.Output}");
    }

    /// <summary>Runs a program as this user.</summary>
    public Task<CommandResult> RunAsync(string program, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        string[] line = [.. prefix, program, .. arguments];
        return Command.RunAsync(line[0], line[1..], cancellationToken);
    }

    /// <summary>Makes a folder that only this user may enter.</summary>
    /// <exception cref="LocalPostgresException">It cannot be made, or the user cannot reach it.</exception>
    public async Task MakeFolderAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            Directory.CreateDirectory(path);
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new LocalPostgresException($"The folder {path} cannot be made for PostgreSQL: {error.Message}", error);
        }
        if (!IsOther)
            return;
        await OwnAsync(path, cancellationToken);
        if ((await RunAsync("test", ["-w", path], cancellationToken)).ExitCode != 0)
            throw new LocalPostgresException($"The user {Account} cannot reach {path}: a folder above it is closed to others. Choose a data directory that others may pass through, such as /var/lib/exchange, with --data-directory.");
    }

    /// <summary>Gives a file or folder to this user.</summary>
    public async Task OwnAsync(string path, CancellationToken cancellationToken)
    {
        if (!IsOther)
            return;
        var result = await Command.RunAsync("chown", [Account + ":", path], cancellationToken);
        if (result.ExitCode != 0)
            throw new LocalPostgresException($"{path} cannot be handed to the user {Account}: {result.Output}");
    }
}
