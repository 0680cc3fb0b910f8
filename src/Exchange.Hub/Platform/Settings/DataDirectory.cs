namespace Exchange.Hub.Platform;

/// <summary>
/// The hub's folder, held for as long as the process lives: a second hub on the same folder is refused. The operating
/// system lets go of the lock when the process ends, however it ends.
/// </summary>
public sealed class DataDirectory : IDisposable
{
    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    static readonly string[] ClosedFolders = ["digests", "exports", "logs", "web-keys"];

    readonly FileStream held;

    DataDirectory(string path, FileStream held)
    {
        Path = path;
        this.held = held;
    }

    /// <summary>Absolute path.</summary>
    public string Path { get; }

    /// <summary>Makes the folder where needed and takes hold of it.</summary>
    /// <exception cref="SettingsException">It cannot be made, or another hub holds it.</exception>
    public static DataDirectory Hold(string path)
    {
        try
        {
            // Others may pass through (the private PostgreSQL of a root hub runs as another user) but not look around.
            Make(path, OwnerOnly | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
            foreach (var closed in ClosedFolders)
                Make(System.IO.Path.Combine(path, closed), OwnerOnly);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SettingsException($"The data directory {path} cannot be made: {error.Message} Choose another with --data-directory.", error);
        }
        try
        {
            return new DataDirectory(path, new FileStream(System.IO.Path.Combine(path, "hub.lock"), FileMode.OpenOrCreate, System.IO.FileAccess.ReadWrite, FileShare.None));
        }
        catch (UnauthorizedAccessException error)
        {
            throw new SettingsException($"The data directory {path} is not writable for {Environment.UserName}. Change its owner, or choose another with --data-directory.", error);
        }
        catch (IOException error)
        {
            throw new SettingsException($"Another hub is using the data directory {path}. Stop it, or give this one its own with --data-directory.", error);
        }
    }

    /// <summary>Path of a file or folder inside.</summary>
    public string Of(params ReadOnlySpan<string> parts) => System.IO.Path.Combine([Path, .. parts]);

    /// <summary>Lets go.</summary>
    public void Dispose() => held.Dispose();

    static void Make(string path, UnixFileMode mode)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, mode);
    }
}
