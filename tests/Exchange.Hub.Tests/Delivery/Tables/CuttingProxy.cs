using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Exchange.Hub.Tests.Delivery.Tables;

/// <summary>Stands between a client and a server. Once armed, it hands a commit on and keeps the server's answer to itself.</summary>
sealed class CuttingProxy : IAsyncDisposable
{
    readonly TcpListener listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource stop = new();
    readonly int server;
    readonly Task accepting;
    TaskCompletionSource? armed;

    public CuttingProxy(int server)
    {
        this.server = server;
        listener.Start();
        accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>Cuts at the next commit; the task ends when it has.</summary>
    public Task ArmAsync() => (armed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Stop();
        await accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        listener.Dispose();
        stop.Dispose();
    }

    async Task AcceptAsync()
    {
        var running = new List<Task>();
        try
        {
            while (true)
                running.Add(PumpAsync(await listener.AcceptTcpClientAsync(stop.Token)));
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    async Task PumpAsync(TcpClient client)
    {
        using (client)
        using (var there = new TcpClient())
        {
            await there.ConnectAsync(IPAddress.Loopback, server, stop.Token);
            var cut = new TaskCompletionSource();
            await Task.WhenAny(ForwardAsync(client, there, cut), BackwardAsync(there, client, cut)); // whichever ends first ends both
        }
    }

    async Task ForwardAsync(TcpClient from, TcpClient to, TaskCompletionSource cut)
    {
        var buffer = new byte[64 * 1024];
        while (await from.GetStream().ReadAsync(buffer, stop.Token) is var read and > 0)
        {
            if (armed is not null && read < 64 && Encoding.ASCII.GetString(buffer, 0, read).Contains("COMMIT", StringComparison.OrdinalIgnoreCase))
                cut.TrySetResult();
            await to.GetStream().WriteAsync(buffer.AsMemory(0, read), stop.Token);
        }
    }

    /// <summary>The server's answer to the commit says that it has committed: it goes no further.</summary>
    async Task BackwardAsync(TcpClient from, TcpClient to, TaskCompletionSource cut)
    {
        var buffer = new byte[64 * 1024];
        while (await from.GetStream().ReadAsync(buffer, stop.Token) is var read and > 0)
        {
            if (cut.Task.IsCompleted)
            {
                Interlocked.Exchange(ref armed, null)?.SetResult();
                return;
            }
            await to.GetStream().WriteAsync(buffer.AsMemory(0, read), stop.Token);
        }
    }
}
