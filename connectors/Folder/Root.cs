using Exchange.Sdk;

namespace Exchange.Connectors.Folder;

/// <summary>A folder that nothing leads out of: neither <c>..</c> nor a symbolic link.</summary>
sealed class Root
{
    readonly string path;

    public Root(string path, string baseDirectory)
    {
        this.path = RealPath(Path.GetFullPath(path, baseDirectory));
        if (!Directory.Exists(this.path))
            throw new ConnectorException(ConnectorErrorKind.Configuration, $"There is no folder {this.path}. Create it, or correct \"path\".");
    }

    /// <summary>The folder with every symbolic link resolved.</summary>
    public override string ToString() => path;

    /// <summary>Names of the files below, with forward slashes. Links to folders are not followed.</summary>
    public IEnumerable<string> Names(bool deep)
    {
        var options = new EnumerationOptions { RecurseSubdirectories = deep, IgnoreInaccessible = false, AttributesToSkip = FileAttributes.System };
        return new System.IO.Enumeration.FileSystemEnumerable<string>(path, (ref entry) => entry.ToFullPath(), options)
        {
            ShouldIncludePredicate = (ref entry) => !entry.IsDirectory,
            ShouldRecursePredicate = (ref entry) => (entry.Attributes & FileAttributes.ReparsePoint) == 0,
        }.Select(full => Path.GetRelativePath(path, full).Replace('\\', '/'));
    }

    /// <summary>The file behind a name, or null when it is gone or lies outside.</summary>
    public FileInfo? Find(string name)
    {
        var real = RealPath(Path.Combine(path, name));
        return Holds(real) && new FileInfo(real) is { Exists: true } file ? file : null;
    }

    /// <summary>Opens a file below.</summary>
    public FileStream Open(string name)
    {
        var file = Find(name) ?? throw new FileNotFoundException(name);
        var stream = new FileStream(file.FullName, new FileStreamOptions
        {
            Mode = FileMode.Open,
            Access = System.IO.FileAccess.Read,
            Share = FileShare.ReadWrite | FileShare.Delete, // the sender must never fail because we are reading
            Options = FileOptions.Asynchronous | FileOptions.SequentialScan,
            BufferSize = 0,
        });
        // A folder can be swapped for a link between the look and the opening, so what was opened is looked at again.
        if (OperatingSystem.IsLinux() && new FileInfo($"/proc/self/fd/{stream.SafeFileHandle.DangerousGetHandle()}").LinkTarget is { } opened && !Holds(opened))
        {
            stream.Dispose();
            throw new FileNotFoundException(name);
        }
        return stream;
    }

    bool Holds(string real) => real.StartsWith(path.EndsWith('/') ? path : path + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    static string RealPath(string full)
    {
        var real = Path.GetPathRoot(full)!;
        foreach (var part in full[real.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            real = Path.Combine(real, part);
            if (new FileInfo(real) is { LinkTarget: not null } link && link.ResolveLinkTarget(returnFinalTarget: true) is { } target)
                real = RealPath(target.FullName);
        }
        return real;
    }
}
