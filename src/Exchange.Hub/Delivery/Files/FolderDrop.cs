namespace Exchange.Hub.Delivery.Files;

/// <summary>A folder of the hub's machine.</summary>
sealed class FolderDrop(FolderHandle folder, string address) : IDrop
{
    public string Address => address;

    public Task<IReadOnlySet<string>> ListAsync(CancellationToken cancellationToken) => TryAsync<IReadOnlySet<string>>(() =>
        Directory.EnumerateFiles(folder.Within, "*", new EnumerationOptions { AttributesToSkip = 0, IgnoreInaccessible = false }).Select(path => Path.GetFileName(path)).ToHashSet(StringComparer.Ordinal));

    public async Task<byte[]?> ReadAsync(string name, int most, CancellationToken cancellationToken)
    {
        var file = new FileInfo(folder.Of(name));
        // A link would have the hub read elsewhere; between this look and the opening a swap gains a reader of its own folder nothing, as what is read is told to nobody.
        if (!file.Exists || file.LinkTarget is not null || file.Length > most)
            return null;
        try
        {
            return await File.ReadAllBytesAsync(file.FullName, cancellationToken);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (Exception error) when (DropException.IsOfFiles(error))
        {
            throw DropException.Of(error, address);
        }
    }

    public Task<DropPart> BeginAsync(string name, CancellationToken cancellationToken) => TryAsync<DropPart>(() => new Part(folder.Of(name), address));

    public Task RenameAsync(string from, string to, CancellationToken cancellationToken) => TryAsync(() =>
    {
        File.Move(folder.Of(from), folder.Of(to), overwrite: false);
        return true;
    });

    public Task DeleteAsync(string name, CancellationToken cancellationToken) => TryAsync(() =>
    {
        File.Delete(folder.Of(name));
        return true;
    });

    public Task FlushAsync(CancellationToken cancellationToken) => TryAsync(() =>
    {
        folder.Flush();
        return true;
    });

    public ValueTask DisposeAsync()
    {
        folder.Dispose();
        return ValueTask.CompletedTask;
    }

    Task<T> TryAsync<T>(Func<T> step)
    {
        try
        {
            return Task.FromResult(step());
        }
        catch (Exception error) when (DropException.IsOfFiles(error))
        {
            return Task.FromException<T>(DropException.Of(error, address));
        }
    }

    sealed class Part : DropPart
    {
        readonly string address;
        readonly string path;
        readonly FileStream file;
        bool kept;

        public Part(string path, string address)
        {
            this.address = address;
            this.path = path;
            // A new file: it follows no link that lies there.
            file = new FileStream(path, System.IO.FileMode.CreateNew, FileAccess.Write, FileShare.Read, 128 * 1024, FileOptions.Asynchronous);
        }

        public override Stream Stream => file;

        public override async Task KeepAsync(CancellationToken cancellationToken)
        {
            try
            {
                await file.FlushAsync(cancellationToken);
                await Task.Run(() => file.Flush(flushToDisk: true), cancellationToken);
                await file.DisposeAsync();
                kept = true;
            }
            catch (Exception error) when (DropException.IsOfFiles(error))
            {
                throw DropException.Of(error, address);
            }
        }

        public override async ValueTask DisposeAsync()
        {
            if (kept)
                return;
            try
            {
                await file.DisposeAsync();
            }
            catch (IOException)
            {
                // what could not be written is not wanted
            }
            finally
            {
                Remove();
            }
        }

        void Remove()
        {
            try
            {
                File.Delete(path);
            }
            catch (Exception error) when (DropException.IsOfFiles(error))
            {
                // the next visit removes it
            }
        }
    }
}
