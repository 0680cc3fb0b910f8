using System.Net.Sockets;
using System.Text;
using Exchange.Hub.Platform;
using Renci.SshNet;
using Renci.SshNet.Common;
using ConnectionInfo = Renci.SshNet.ConnectionInfo;

namespace Exchange.Hub.Delivery.Files;

/// <summary>Connects to SFTP servers: to addresses that the hub may send to, and to servers whose key is known.</summary>
sealed class SftpDoor(OutboundGuard guard, DataDirectory data)
{
    static readonly TimeSpan connectPatience = TimeSpan.FromSeconds(30);

    /// <summary>For each request, not for a whole file: a slow server is not a dead one.</summary>
    static readonly TimeSpan requestPatience = TimeSpan.FromMinutes(1);
    static readonly TimeSpan keepAlive = TimeSpan.FromSeconds(15);

    /// <summary>Opens the folder of a target.</summary>
    /// <exception cref="HubException">The hub may not send there.</exception>
    /// <exception cref="DropException">The server will not have it.</exception>
    public async Task<IDrop> OpenAsync(FileTarget target, CancellationToken cancellationToken)
    {
        var address = $"{target.User}@{target.Host}:{target.Port}/{target.Path.TrimStart('/')}";
        var spool = Directory.CreateDirectory(data.Of("drops")).FullName;
        DropException? last = null;
        foreach (var judged in await guard.ResolveAsync(target.Host!, cancellationToken))
        {
            try
            {
                return await ConnectAsync(judged.ToString(), target, address, spool, cancellationToken);
            }
            catch (DropException away) when (away.Problem.Code == "drop-away")
            {
                last = away;
            }
        }
        throw last!;
    }

    static async Task<IDrop> ConnectAsync(string judged, FileTarget target, string address, string spool, CancellationToken cancellationToken)
    {
        var client = new SftpClient(new ConnectionInfo(judged, target.Port, target.User!, [.. Methods(target)]) { Timeout = connectPatience })
        {
            OperationTimeout = requestPatience,
            KeepAliveInterval = keepAlive,
        };
        string? strange = null;
        client.HostKeyReceived += (_, key) =>
        {
            key.CanTrust = target.HostKeys.Any(known => known.TrimEnd('=') == $"SHA256:{key.FingerPrintSHA256.TrimEnd('=')}");
            strange = key.CanTrust ? null : $"{key.HostKeyName} SHA256:{key.FingerPrintSHA256.TrimEnd('=')}";
        };
        try
        {
            await client.ConnectAsync(cancellationToken);
            return new SftpDrop(client, target.Path, address, spool);
        }
        catch (Exception error)
        {
            client.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            if (strange is not null)
                throw new DropException("host-key-unknown", $"{target.Host}:{target.Port} shows the key {strange}, which is none of hostKeys: nothing was sent. If the server's operator says that it is theirs, add it to hostKeys; if not, somebody stands in between.", isFinal: true);
            if (IsOfServer(error))
                throw ProblemOf(error, address);
            throw;
        }
    }

    static IEnumerable<AuthenticationMethod> Methods(FileTarget target)
    {
        if (!string.IsNullOrEmpty(target.PrivateKey))
            yield return new PrivateKeyAuthenticationMethod(target.User!, KeyOf(target));
        if (!string.IsNullOrEmpty(target.Password))
            yield return new PasswordAuthenticationMethod(target.User!, target.Password);
    }

    static PrivateKeyFile KeyOf(FileTarget target)
    {
        using var text = new MemoryStream(Encoding.UTF8.GetBytes(target.PrivateKey!.Trim() + "\n"));
        try
        {
            return string.IsNullOrEmpty(target.Passphrase) ? new PrivateKeyFile(text) : new PrivateKeyFile(text, target.Passphrase);
        }
        catch (Exception error) when (error is SshException or NotSupportedException or FormatException or ArgumentException or InvalidOperationException)
        {
            throw new DropException("key-unreadable", "privateKey cannot be read with this passphrase. Give a private key in OpenSSH's form or as PEM, and its passphrase where it has one.", isFinal: true, inner: error);
        }
    }

    /// <summary>Whether a server or the way to it is the matter.</summary>
    public static bool IsOfServer(Exception error) => error is SshException or SocketException or IOException or ObjectDisposedException or TimeoutException or InvalidOperationException;

    /// <summary>What it means, and what to do.</summary>
    public static DropException ProblemOf(Exception error, string address) => error switch
    {
        SshAuthenticationException => new("login-refused", $"{address} refuses the user with this password or key. Correct them, or have the server's operator let the hub in.", isFinal: true, inner: error),
        SftpPermissionDeniedException => new("drop-denied", $"{address}: the user may not write there. Give it the right to list, write, rename and remove.", inner: error),
        SftpPathNotFoundException => new("drop-not-found", $"There is no folder {address}. Make it, or correct path.", inner: error),
        SshOperationTimeoutException or TimeoutException => new("drop-slow", $"{address} did not answer in time. It is tried again.", inner: error),
        SftpException => new("drop-failed", $"{address} does not take files: {error.Message}", inner: error),
        _ => new("drop-away", $"The connection to {address} cannot be made, or broke off: {error.Message.TrimEnd('.')}. It is tried again.", inner: error),
    };
}
