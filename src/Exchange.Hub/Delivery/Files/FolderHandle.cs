using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Exchange.Hub.Delivery.Files;

/// <summary>
/// A folder below a root that nothing leads out of. On Linux every step is taken from the handle of the folder before
/// and follows no link, and files are reached through the last handle: who swaps a folder for a link gains nothing.
/// Elsewhere each step is looked at by its path.
/// </summary>
sealed partial class FolderHandle : IDisposable
{
    const int ReadOnly = 0;
    const int CloseOnExec = 0x80000;
    const int NotThere = 2;
    const int AlreadyThere = 17;
    const int NotAFolder = 20;
    const int IsALink = 40;
    const int Denied = 13;
    const uint FolderRights = 0x1F8; // rwxrwx---, less what the process's mask takes

    static readonly bool isArm = RuntimeInformation.ProcessArchitecture == Architecture.Arm64;
    static readonly bool takesHandles = OperatingSystem.IsLinux() && (isArm || RuntimeInformation.ProcessArchitecture == Architecture.X64);
    static readonly int directoryOnly = isArm ? 0x4000 : 0x10000;
    static readonly int noFollow = isArm ? 0x8000 : 0x20000;

    readonly SafeFileHandle? handle;
    readonly string path;

    FolderHandle(string path, SafeFileHandle? handle) => (this.path, this.handle) = (path, handle);

    /// <summary>Opens a folder, and makes what is not there of it.</summary>
    /// <param name="root">The root, which must be there.</param>
    /// <param name="steps">Names of the folders below it.</param>
    /// <exception cref="DropException">There is no root, or a step is a link or a file.</exception>
    /// <exception cref="UnauthorizedAccessException">The hub may not.</exception>
    public static FolderHandle Open(string root, IReadOnlyList<string> steps)
    {
        if (!Directory.Exists(root))
            throw new DropException("drop-not-found", $"The setting dropDirectory names {root}, and there is no such folder. The hub's operator makes it.");
        var whole = Path.Combine([root, .. steps]);
        return takesHandles
            ? new FolderHandle(whole, Descend(root, steps))
            : new FolderHandle(Walk(root, steps), null);
    }

    /// <summary>A path to something in the folder that leads nowhere else, whatever becomes of the folder's name.</summary>
    public string Of(string name) => Path.Combine(Within, name);

    /// <summary>A path to the folder.</summary>
    public string Within => handle is null ? path : $"/proc/self/fd/{handle.DangerousGetHandle()}/";

    /// <summary>Writes its names to the disk.</summary>
    public void Flush()
    {
        if (handle is not null)
            _ = Sync(handle);
    }

    /// <inheritdoc/>
    public void Dispose() => handle?.Dispose();

    static SafeFileHandle Descend(string root, IReadOnlyList<string> steps)
    {
        var at = OpenFolder(root, ReadOnly | directoryOnly | CloseOnExec); // the operator may well name a link
        if (at.IsInvalid)
            throw Wrong(root, Marshal.GetLastPInvokeError(), at);
        foreach (var step in steps)
        {
            using var before = at;
            if (MakeFolderAt(before, step, FolderRights) != 0 && Marshal.GetLastPInvokeError() is var failed and not AlreadyThere)
                throw Wrong(step, failed, null);
            at = OpenAt(before, step, ReadOnly | directoryOnly | noFollow | CloseOnExec);
            if (at.IsInvalid)
                throw Wrong(step, Marshal.GetLastPInvokeError(), at);
        }
        return at;
    }

    static Exception Wrong(string step, int error, SafeFileHandle? handle)
    {
        handle?.Dispose();
        return error switch
        {
            NotAFolder or IsALink => new DropException("drop-not-a-folder", $"\"{step}\" is a link or a file. Every part of the path must be a folder.", isFinal: true),
            Denied => new UnauthorizedAccessException(step),
            NotThere => new DirectoryNotFoundException(step),
            _ => new IOException(Marshal.GetPInvokeErrorMessage(error), error),
        };
    }

    static string Walk(string root, IReadOnlyList<string> steps)
    {
        var at = root;
        foreach (var step in steps)
        {
            at = Path.Combine(at, step);
            var folder = Directory.CreateDirectory(at);
            if (folder.LinkTarget is not null)
                throw new DropException("drop-not-a-folder", $"\"{step}\" is a link. Every part of the path must be a folder.", isFinal: true);
        }
        return at;
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle OpenFolder(string path, int flags);

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle OpenAt(SafeFileHandle folder, string path, int flags);

    [LibraryImport("libc", EntryPoint = "mkdirat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakeFolderAt(SafeFileHandle folder, string path, uint mode);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(SafeFileHandle folder);
}
