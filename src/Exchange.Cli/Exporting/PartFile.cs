namespace Exchange.Cli.Exporting;

/// <summary>A file that is written under the name of a part, and has its own only when it is whole.</summary>
sealed class PartFile(string path)
{
    /// <summary>Its name while it is a part.</summary>
    public string Part => path + ".part";

    /// <summary>Its own name.</summary>
    public string Path => path;

    /// <summary>Bytes that are there already.</summary>
    public long Length => File.Exists(Part) ? new FileInfo(Part).Length : 0;

    /// <summary>Opens the part to write at its end, or from its beginning.</summary>
    public FileStream Open(bool append) => Try(() => new FileStream(Part, append ? FileMode.Append : FileMode.Create, FileAccess.Write, FileShare.Read));

    /// <summary>Gives it its own name.</summary>
    public void Keep() => Try(() =>
    {
        File.Move(Part, path, overwrite: true);
        return path;
    });

    /// <summary>Deletes the part.</summary>
    public void Drop() => File.Delete(Part);

    /// <summary>What went wrong with the file itself, for a person.</summary>
    public CliException Failed(Exception error) => new(ExitCode.Failed, $"{Part} could not be written: {error.Message}")
    {
        Fix = "Make room on the disk, or write elsewhere, and run the command again.",
    };

    T Try<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Failed(error);
        }
    }
}
