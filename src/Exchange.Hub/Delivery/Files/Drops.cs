using Exchange.Hub.Platform;

namespace Exchange.Hub.Delivery.Files;

/// <summary>Opens the places that targets name.</summary>
sealed class Drops(HubOptions options, SftpDoor sftp)
{
    /// <summary>Refuses what can never be opened.</summary>
    /// <exception cref="HubException">The hub has no folder for drops.</exception>
    public void Check(FileTarget target)
    {
        if (target.Place == FilePlace.Folder && options.DropDirectory is null)
            throw HubException.Invalid(new FieldError("/target/place", "asks for a folder of the hub's machine, and this hub has none for drops", "Have the hub's operator set dropDirectory, or give an SFTP server."));
    }

    /// <summary>Opens one.</summary>
    /// <param name="target">Where it is.</param>
    /// <param name="department">The department that it is for: each has a folder of its own.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="HubException">The hub may not send there.</exception>
    /// <exception cref="DropException">The place will not have it.</exception>
    public Task<IDrop> OpenAsync(FileTarget target, string department, CancellationToken cancellationToken)
    {
        Check(target);
        return target.Place == FilePlace.Sftp ? sftp.OpenAsync(target, cancellationToken) : Task.FromResult<IDrop>(OpenFolder(target, department));
    }

    FolderDrop OpenFolder(FileTarget target, string department)
    {
        string[] steps = [department, .. target.Path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(step => step != ".")];
        var address = string.Join('/', steps);
        if (department is "" or "." or ".." || department.Contains('/') || department.Contains('\\'))
            throw new DropException("drop-not-a-folder", $"\"{department}\" cannot be the name of a folder.", isFinal: true);
        try
        {
            return new FolderDrop(FolderHandle.Open(Path.GetFullPath(options.DropDirectory!), steps), address);
        }
        catch (Exception error) when (DropException.IsOfFiles(error))
        {
            throw DropException.Of(error, address);
        }
    }
}
