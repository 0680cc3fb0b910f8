using Exchange.Hub.Platform;
using Renci.SshNet;
using Renci.SshNet.Common;
using Renci.SshNet.Sftp;

namespace Exchange.Hub.Delivery.Files;

/// <summary>
/// A folder of an SFTP server. A file is first gathered in a file of the hub's own without a name, so that the database
/// is not held up by a slow server.
/// </summary>
sealed class SftpDrop(SftpClient client, string folder, string address, string spool) : IDrop
{
    /// <summary>Where files are gathered, for people.</summary>
    public const string Spooled = "the hub's data directory";

    public string Address => address;

    public Task<IReadOnlySet<string>> ListAsync(CancellationToken cancellationToken) => TryAsync<IReadOnlySet<string>>(async () =>
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var file in client.ListDirectoryAsync(folder, cancellationToken))
        {
            if (!file.IsDirectory)
                names.Add(file.Name);
        }
        return names;
    }, cancellationToken);

    public Task<byte[]?> ReadAsync(string name, int most, CancellationToken cancellationToken) => TryAsync<byte[]?>(async () =>
    {
        try
        {
            if ((await client.GetAttributesAsync(Of(name), cancellationToken)).Size > most)
                return null;
            using var bytes = new MemoryStream(new byte[most], 0, most, writable: true);
            await client.DownloadFileAsync(Of(name), bytes, cancellationToken);
            return bytes.ToArray()[..(int)bytes.Position];
        }
        catch (Exception error) when (error is SftpPathNotFoundException or NotSupportedException)
        {
            return null; // it is not there, or has grown meanwhile beyond what the hub writes
        }
    }, cancellationToken);

    public Task<DropPart> BeginAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            return Task.FromResult<DropPart>(new Part(this, client, Of(name), Spool()));
        }
        catch (Exception error) when (DropException.IsOfFiles(error))
        {
            return Task.FromException<DropPart>(DropException.Of(error, Spooled));
        }
    }

    public Task RenameAsync(string from, string to, CancellationToken cancellationToken) => TryAsync(async () =>
    {
        // A plain rename, which servers refuse where the new name is taken: here it never is.
        await client.RenameFileAsync(Of(from), Of(to), cancellationToken);
        return true;
    }, cancellationToken);

    public Task DeleteAsync(string name, CancellationToken cancellationToken) => TryAsync(async () =>
    {
        try
        {
            await client.DeleteFileAsync(Of(name), cancellationToken);
        }
        catch (SftpPathNotFoundException)
        {
            // so be it
        }
        return true;
    }, cancellationToken);

    public Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask; // the protocol knows no such thing

    public async ValueTask DisposeAsync() => await Task.Run(client.Dispose);

    string Of(string name) => folder.EndsWith('/') ? folder + name : $"{folder}/{name}";

    FileStream Spool()
    {
        var path = Path.Combine(spool, $"{Guid.NewGuid():N}.part");
        var options = new FileStreamOptions { Mode = System.IO.FileMode.CreateNew, Access = FileAccess.ReadWrite, Options = FileOptions.Asynchronous | FileOptions.DeleteOnClose, BufferSize = 128 * 1024 };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var file = new FileStream(path, options);
        if (!OperatingSystem.IsWindows())
            File.Delete(path); // without a name it outlives no crash
        return file;
    }

    async Task<T> TryAsync<T>(Func<Task<T>> step, CancellationToken cancellationToken)
    {
        try
        {
            return await step();
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (Exception error) when (SftpDoor.IsOfServer(error))
        {
            throw SftpDoor.ProblemOf(error, address);
        }
    }

    /// <summary>A server that is full says no more than that it failed; most can be asked how much room there is.</summary>
    async Task<DropException?> FullAsync(long needed, CancellationToken cancellationToken)
    {
        try
        {
            var room = await client.GetStatusAsync(folder, cancellationToken);
            return room.AvailableBlocks * room.BlockSize < (ulong)needed
                ? new DropException("drop-full", $"There is no room left at {address}: {needed:N0} bytes are needed. Remove files, or have the target keep fewer deliveries.")
                : null;
        }
        catch (Exception error) when (SftpDoor.IsOfServer(error) || error is NotSupportedException)
        {
            return null;
        }
    }

    sealed class Part(SftpDrop drop, SftpClient client, string path, FileStream spooled) : DropPart
    {
        bool begun;
        bool kept;

        public override Stream Stream => spooled;

        public override async Task KeepAsync(CancellationToken cancellationToken)
        {
            try
            {
                await spooled.FlushAsync(cancellationToken);
                spooled.Position = 0;
            }
            catch (IOException error)
            {
                throw DropException.Of(error, Spooled);
            }
            begun = true;
            try
            {
                await drop.TryAsync(async () =>
                {
                    await client.UploadFileAsync(spooled, path, false, null, cancellationToken);
                    return true;
                }, cancellationToken);
            }
            catch (DropException failed) when (failed.Problem.Code == "drop-failed" && client.IsConnected)
            {
                throw await drop.FullAsync(spooled.Length, cancellationToken) ?? failed;
            }
            kept = true;
        }

        public override async ValueTask DisposeAsync()
        {
            await spooled.DisposeAsync();
            if (kept || !begun || !client.IsConnected)
                return;
            try
            {
                await client.DeleteFileAsync(path, CancellationToken.None);
            }
            catch (Exception error) when (SftpDoor.IsOfServer(error) || error is SftpPathNotFoundException)
            {
                // the next visit removes it
            }
        }
    }
}
