using System.Data.Common;

namespace Exchange.Cli.Following;

/// <summary>Where <c>--to</c> says that a copy is kept: <c>folder:PATH</c>, <c>sqlite:FILE</c> or <c>postgres:VARIABLE</c>.</summary>
static class CopyTarget
{
    public const string Forms = "folder:PATH|sqlite:FILE|postgres:VARIABLE";

    /// <summary>Opens the copy.</summary>
    /// <exception cref="CliException">The target is none, or cannot be written to.</exception>
    public static async Task<ICopy> OpenAsync(string target, string dataset, Func<string, string?> environment, CancellationToken cancellationToken)
    {
        var (kind, place) = target.Split(':', 2) is [var first, { Length: > 0 } second] ? (first, second) : (target, "");
        try
        {
            return (kind, place) switch
            {
                (_, "") => throw Unknown(target),
                ("folder", _) => FolderCopy.Open(place, dataset),
                ("sqlite", _) => await SqlCopy.OpenSqliteAsync(place, dataset, cancellationToken),
                ("postgres", _) => await SqlCopy.OpenPostgresAsync(environment(place) is { Length: > 0 } connection ? connection : throw NotSet(place), dataset, cancellationToken),
                _ => throw Unknown(target),
            };
        }
        catch (Exception error) when (IsOfTheTarget(error))
        {
            throw Broken(target, error);
        }
    }

    /// <summary>Whether something went wrong where the copy is kept.</summary>
    public static bool IsOfTheTarget(Exception error) => error is DbException or IOException or UnauthorizedAccessException or ArgumentException;

    /// <summary>Tells what went wrong there. Nothing of the copy is lost: it stands as it was committed.</summary>
    public static CliException Broken(string target, Exception error) =>
        new(ExitCode.Failed, $"The copy cannot be written: {error.Message}") { Where = $"--to {target}", Fix = "Mend that and follow again: it goes on where the copy stands." };

    static CliException Unknown(string target) =>
        new(ExitCode.Usage, $"\"{target}\" is not a place for a copy.") { Where = "--to", Fix = $"Give {Forms}." };

    /// <summary>A connection string holds a password, which stands in no command line.</summary>
    static CliException NotSet(string variable) =>
        new(ExitCode.Usage, $"The environment has no {variable}.") { Where = "--to", Fix = $"Set it to the connection string, such as {variable}=\"Host=db;Database=copies;Username=exchange;Password=…\"." };
}
