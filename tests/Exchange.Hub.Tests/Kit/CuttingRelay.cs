using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Exchange.Hub.Tests;

/// <summary>A way to a server of loopback that breaks: each connection after as many bytes, of both directions together, as the test says.</summary>
public sealed class CuttingRelay : IAsyncDisposable
{
    readonly TcpListener listener = new(IPAddress.Loopback, 0);
    readonly ConcurrentQueue<long> budgets = new();
    readonly CancellationTokenSource over = new();
    readonly ConcurrentBag<Task> connections = [];
    readonly int target;
    readonly Task accepting;
    int cuts;

    /// <summary>Begins to listen.</summary>
    /// <param name="target">Port of the server.</param>
    public CuttingRelay(int target)
    {
        this.target = target;
        listener.Start();
        accepting = AcceptAsync();
    }

    /// <summary>Where it listens.</summary>
    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>Connections that were cut.</summary>
    public int Cuts => cuts;

    /// <summary>Has one of the next connections break after so many bytes; those for which nothing was said hold.</summary>
    public void CutAfter(long bytes) => budgets.Enqueue(bytes);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await over.CancelAsync();
        listener.Stop();
        await Task.WhenAll([accepting, .. connections]).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        over.Dispose();
    }

    async Task AcceptAsync()
    {
        while (true)
        {
            var client = await listener.AcceptTcpClientAsync(over.Token);
            connections.Add(RelayAsync(client, budgets.TryDequeue(out var bytes) ? bytes : long.MaxValue));
        }
    }

    async Task RelayAsync(TcpClient client, long bytes)
    {
        using var near = client;
        using var far = new TcpClient();
        await far.ConnectAsync(IPAddress.Loopback, target, over.Token);
        var budget = new Budget(bytes);
        using var done = CancellationTokenSource.CreateLinkedTokenSource(over.Token);
        Task[] ways = [CopyAsync(near, far, budget, done.Token), CopyAsync(far, near, budget, done.Token)];
        await await Task.WhenAny(ways);
        if (budget.IsSpent)
            Interlocked.Increment(ref cuts);
        await done.CancelAsync();
        await Task.WhenAll(ways).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    static async Task CopyAsync(TcpClient from, TcpClient to, Budget budget, CancellationToken cancellationToken)
    {
        var buffer = new byte[1024];
        try
        {
            while (await from.GetStream().ReadAsync(buffer, cancellationToken) is > 0 and var read)
            {
                if (!budget.Take(read))
                    return;
                await to.GetStream().WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }
        }
        catch (Exception error) when (error is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // one side has left
        }
    }

    sealed class Budget(long bytes)
    {
        long left = bytes;

        public bool IsSpent => Interlocked.Read(ref left) < 0;

        public bool Take(int read) => Interlocked.Add(ref left, -read) >= 0;
    }
}
