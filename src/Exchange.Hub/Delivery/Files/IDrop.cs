namespace Exchange.Hub.Delivery.Files;

/// <summary>
/// A folder somewhere that files are put into. Names are names in it, never paths. Everything throws
/// <see cref="DropException"/> where the place will not have it.
/// </summary>
interface IDrop : IAsyncDisposable
{
    /// <summary>Where it is, for people: no secrets.</summary>
    string Address { get; }

    /// <summary>Names of what lies there.</summary>
    Task<IReadOnlySet<string>> ListAsync(CancellationToken cancellationToken);

    /// <summary>A small file; null when it is not there, or is larger than it could be.</summary>
    Task<byte[]?> ReadAsync(string name, int most, CancellationToken cancellationToken);

    /// <summary>Begins to write a file that is not there yet.</summary>
    Task<DropPart> BeginAsync(string name, CancellationToken cancellationToken);

    /// <summary>Gives a file a name that no other has.</summary>
    Task RenameAsync(string from, string to, CancellationToken cancellationToken);

    /// <summary>Removes a file; nothing happens when it is not there.</summary>
    Task DeleteAsync(string name, CancellationToken cancellationToken);

    /// <summary>Makes sure that names outlive a power cut, as far as the place lets itself be asked.</summary>
    Task FlushAsync(CancellationToken cancellationToken);
}

/// <summary>A file that is being written. It is gone when it is disposed of before it is kept.</summary>
abstract class DropPart : IAsyncDisposable
{
    /// <summary>Where its bytes are written.</summary>
    public abstract Stream Stream { get; }

    /// <summary>All of it was written: it is there, whole and safe, when this returns.</summary>
    public abstract Task KeepAsync(CancellationToken cancellationToken);

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();
}
