using System.Threading.Channels;
using Exchange.Hub.Platform;
using Npgsql;

namespace Exchange.Hub.Runs.Publishing;

/// <summary>
/// A binary COPY into one table: the caller fills pages while a second task sends the one before, so that reading and
/// mapping on one core and PostgreSQL on the other do not wait for each other.
/// </summary>
sealed class CopyWriter : IAsyncDisposable
{
    const int Pages = 4;
    readonly NpgsqlRawCopyStream stream;
    readonly Channel<CopyPage> full = Channel.CreateBounded<CopyPage>(Pages);
    readonly Channel<CopyPage> free = Channel.CreateUnbounded<CopyPage>();
    readonly Task pump;
    bool completed;

    CopyWriter(NpgsqlRawCopyStream stream)
    {
        this.stream = stream;
        for (var i = 0; i < Pages - 1; i++)
            free.Writer.TryWrite(new CopyPage());
        pump = Task.Run(PumpAsync);
    }

    /// <summary>The page being filled.</summary>
    public CopyPage Page { get; private set; } = new();

    /// <summary>Begins a COPY.</summary>
    /// <param name="connection">Used by nothing else until the copy is complete.</param>
    /// <param name="statement"><c>copy … from stdin (format binary)</c>.</param>
    public static async Task<CopyWriter> OpenAsync(NpgsqlConnection connection, SqlText statement, CancellationToken cancellationToken)
    {
        var stream = await connection.BeginRawBinaryCopyAsync(statement.ToString(), cancellationToken);
        await stream.WriteAsync(CopyPage.Header.ToArray(), cancellationToken);
        return new CopyWriter(stream);
    }

    /// <summary>Hands the page over when it is full.</summary>
    public ValueTask SendIfFullAsync(CancellationToken cancellationToken) =>
        Page.IsFull ? SendAsync(cancellationToken) : ValueTask.CompletedTask;

    /// <summary>Sends what is left and ends the COPY; the rows are then in the table, uncommitted.</summary>
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        Page.End();
        await SendAsync(cancellationToken);
        full.Writer.TryComplete();
        await pump;
        completed = true;
        await stream.DisposeAsync();
    }

    /// <summary>Gives the COPY up unless it was completed.</summary>
    public async ValueTask DisposeAsync()
    {
        if (completed)
            return;
        completed = true;
        full.Writer.TryComplete();
        await pump.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        try
        {
            await stream.CancelAsync();
        }
        catch (Exception e) when (e is NpgsqlException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The connection broke before: there is nothing left to cancel, and the first error is the one to tell.
        }
    }

    async ValueTask SendAsync(CancellationToken cancellationToken)
    {
        try
        {
            await full.Writer.WriteAsync(Page, cancellationToken);
            Page = await free.Reader.ReadAsync(cancellationToken);
        }
        catch (ChannelClosedException)
        {
            await pump; // throws what stopped it
            throw;
        }
    }

    async Task PumpAsync()
    {
        try
        {
            await foreach (var page in full.Reader.ReadAllAsync())
            {
                await stream.WriteAsync(page.Memory);
                page.Clear();
                free.Writer.TryWrite(page);
            }
        }
        catch (Exception e)
        {
            full.Writer.TryComplete(e);
            free.Writer.TryComplete(e);
            throw;
        }
    }
}
