using System.Globalization;
using System.Text.RegularExpressions;

namespace Exchange.Hub.Platform;

/// <summary>An installed PostgreSQL.</summary>
/// <param name="Directory">Folder with <c>initdb</c>, <c>pg_ctl</c> and <c>postgres</c>.</param>
/// <param name="Version">Such as 15.8; the part before the point is the major version.</param>
public sealed partial record PostgresBinaries(string Directory, string Version)
{
    /// <summary>Folders in which packages keep one sub-folder per major version; * is the version.</summary>
    static readonly string[] PackageFolders =
    [
        "/usr/lib/postgresql/*/bin", // Debian, Ubuntu
        "/usr/pgsql-*/bin", // RPM packages of the PostgreSQL project
        "/usr/libexec/postgresql*", // Alpine
        "/opt/homebrew/opt/postgresql@*/bin",
        "/usr/local/opt/postgresql@*/bin",
    ];

    /// <summary>Major version.</summary>
    public int Major => int.Parse(Version.Split('.')[0], CultureInfo.InvariantCulture);

    /// <summary>Path of one program.</summary>
    public string Of(string program) => Path.Combine(Directory, program);

    /// <summary>Finds the newest installed PostgreSQL, or the one of the wanted major version.</summary>
    /// <param name="configured">Folder given by setting; then only that one counts.</param>
    /// <param name="major">Version of an existing cluster, which no other version can open.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public static async Task<PostgresBinaries?> FindAsync(string? configured, int? major, CancellationToken cancellationToken)
    {
        var found = new List<PostgresBinaries>();
        foreach (var folder in configured is null ? Installed() : [Path.Combine(configured, "bin"), configured])
        {
            if (await ProbeAsync(folder, cancellationToken) is { } binaries)
                found.Add(binaries);
        }
        return found.Where(each => major is null || each.Major == major).MaxBy(each => each.Major);
    }

    static IEnumerable<string> Installed()
    {
        foreach (var pattern in PackageFolders)
        {
            var star = pattern.IndexOf('*', StringComparison.Ordinal);
            var parent = Path.GetDirectoryName(pattern[..star])!;
            var name = Path.GetFileName(pattern[..star]) + "*";
            var rest = pattern[(star + 1)..].TrimStart('/');
            if (!System.IO.Directory.Exists(parent))
                continue;
            foreach (var folder in System.IO.Directory.EnumerateDirectories(parent, name))
                yield return Path.Combine(folder, rest);
        }
        if (Command.Find("initdb") is { } onPath)
            yield return Path.GetDirectoryName(onPath)!;
    }

    static async Task<PostgresBinaries?> ProbeAsync(string folder, CancellationToken cancellationToken)
    {
        if (!File.Exists(Path.Combine(folder, "initdb")) || !File.Exists(Path.Combine(folder, "pg_ctl")) || !File.Exists(Path.Combine(folder, "postgres")))
            return null;
        var answer = await Command.RunAsync(Path.Combine(folder, "postgres"), ["--version"], cancellationToken);
        var version = VersionNumber().Match(answer.Output);
        return version.Success ? new PostgresBinaries(folder, version.Value) : null;
    }

    [GeneratedRegex(@"(?<=\) )[0-9]+(\.[0-9]+)?", RegexOptions.CultureInvariant)]
    private static partial Regex VersionNumber();
}
