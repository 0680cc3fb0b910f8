using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Exchange.Hub.Tests;

/// <summary>
/// OpenSSH's server on a port of loopback, with keys and a configuration of its own in a temporary folder, run by and for
/// the user who tests. Nothing of it outlives the test.
/// </summary>
public sealed class SftpServer : IAsyncDisposable
{
    const string Program = "/usr/sbin/sshd";
    static readonly TimeSpan patience = TimeSpan.FromSeconds(30);

    readonly TemporaryFolder folder;
    readonly Process process;

    SftpServer(TemporaryFolder folder, Process process, int port, string hostKey)
    {
        this.folder = folder;
        this.process = process;
        Port = port;
        HostKey = hostKey;
        PrivateKey = File.ReadAllText(folder.Of("user"));
    }

    /// <summary>Where it listens.</summary>
    public int Port { get; }

    /// <summary>The fingerprint of its key.</summary>
    public string HostKey { get; }

    /// <summary>A key that it lets in.</summary>
    public string PrivateKey { get; }

    /// <summary>The user that it lets in.</summary>
    public static string User => Environment.UserName;

    /// <summary>Starts one. Without OpenSSH's server the test is left out on a laptop and fails in CI.</summary>
    public static async Task<SftpServer> StartAsync()
    {
        if (!File.Exists(Program))
            Corpora.Missing($"OpenSSH's server is not at {Program}; install openssh-server");
        if (Environment.IsPrivilegedProcess)
            Directory.CreateDirectory("/run/sshd"); // where a privileged sshd locks up its unprivileged part
        var folder = new TemporaryFolder();
        foreach (var key in new[] { "host", "user" })
            await RunAsync("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", folder.Of(key));
        File.Copy(folder.Of("user.pub"), folder.Of("authorized"));
        var port = FreePort();
        File.WriteAllText(folder.Of("sshd.conf"), $"""
            Port {port}
            ListenAddress 127.0.0.1
            HostKey {folder.Of("host")}
            PidFile none
            AuthorizedKeysFile {folder.Of("authorized")}
            StrictModes no
            UsePAM no
            PasswordAuthentication yes
            PermitRootLogin yes
            MaxStartups 100
            Subsystem sftp internal-sftp

            """);
        var process = Process.Start(new ProcessStartInfo(Program, ["-D", "-e", "-f", folder.Of("sshd.conf")]) { RedirectStandardError = true })!;
        var listening = new TaskCompletionSource();
        process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data?.StartsWith("Server listening on ", StringComparison.Ordinal) == true)
                listening.TrySetResult();
            else if (line.Data is null)
                listening.TrySetException(new InvalidOperationException("The SFTP server ended before it listened."));
        };
        process.BeginErrorReadLine();
        await listening.Task.WaitAsync(patience);
        var shown = await RunAsync("ssh-keygen", "-l", "-f", folder.Of("host.pub"));
        return new SftpServer(folder, process, port, shown.Split(' ')[1]);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        process.Kill();
        await process.WaitForExitAsync().WaitAsync(patience);
        process.Dispose();
        folder.Dispose();
    }

    static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.That(process.ExitCode, Is.Zero, string.Create(CultureInfo.InvariantCulture, $"{program} ended with {process.ExitCode}"));
        return output;
    }
}
