using System.Net;
using System.Net.Sockets;

namespace Exchange.Hub.Platform;

/// <summary>
/// Where the hub may send to. Addresses that departments enter must not lead it to its own networks (server-side request
/// forgery): a name is resolved once, every address that it has is judged, and the connection goes to an address that
/// was judged, so that a name which changes its mind in between gains nothing. What is not of the public internet is
/// reached only where the setting <c>outboundAllow</c> says so.
/// </summary>
public sealed class OutboundGuard
{
    readonly List<IPNetwork> networks = [];
    readonly List<string> names = [];
    readonly Func<string, CancellationToken, Task<IPAddress[]>> lookUp;

    /// <summary>Reads what the deployment allows.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="lookUp">Finds the addresses of a name; the system's name service when left out.</param>
    /// <exception cref="SettingsException">An entry is neither a network nor a name.</exception>
    public OutboundGuard(HubOptions options, Func<string, CancellationToken, Task<IPAddress[]>>? lookUp = null)
    {
        this.lookUp = lookUp ?? Dns.GetHostAddressesAsync;
        foreach (var entry in (options.OutboundAllow ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (IPNetwork.TryParse(entry, out var network))
                networks.Add(network);
            else if (IPAddress.TryParse(entry, out var address))
                networks.Add(new IPNetwork(address, address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128));
            else if (Uri.CheckHostName(entry.StartsWith("*.", StringComparison.Ordinal) ? entry[2..] : entry) == UriHostNameType.Dns)
                names.Add(entry);
            else
                throw new SettingsException($"outboundAllow: \"{entry}\" is neither a network (10.1.0.0/16), nor an address, nor a host name (db.city.example, *.city.example).");
        }
    }

    /// <summary>The addresses of a host, all of which the hub may send to.</summary>
    /// <param name="host">A name or an address, in whatever spelling.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="namedOnly">True to go only where the setting says so, and not to the public internet: for what is not encrypted.</param>
    /// <exception cref="HubException">There is no such host, or the hub may not send there.</exception>
    public async Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken, bool namedOnly = false)
    {
        IPAddress[] found;
        try
        {
            // The resolver reads every spelling of an address, such as 0x7f.1, as the system's connect would.
            found = IPAddress.TryParse(host, out var literal) ? [literal] : await lookUp(host, cancellationToken);
        }
        catch (SocketException e)
        {
            throw HubException.Unavailable("host-not-found", $"The host \"{host}\" cannot be found ({e.SocketErrorCode}). Correct the name, or see to the hub's name service.", e);
        }
        var allowedByName = names.Exists(pattern => Matches(pattern, host));
        if (found.Length > 0 && found.All(address => (!namedOnly && IsPublic(address)) || networks.Exists(network => network.Contains(Plain(address))) || (allowedByName && !IsLinkLocal(address))))
            return found;
        if (namedOnly && found.All(IsPublic))
            throw new HubException(ErrorKind.Invalid, "plain-http-not-allowed", $"The hub may not send to \"{host}\" without encryption. Give an https address, or have the hub's operator name the host in the setting outboundAllow.");
        throw new HubException(ErrorKind.Invalid, "address-not-allowed", $"The hub may not send to \"{host}\": it is not on the public internet. The hub's operator can allow it by the setting outboundAllow.");
    }

    /// <summary>Connects to a host that the hub may send to.</summary>
    /// <exception cref="HubException">It may not.</exception>
    /// <exception cref="SocketException">Nobody answers there.</exception>
    public async Task<Socket> ConnectAsync(string host, int port, CancellationToken cancellationToken, bool namedOnly = false)
    {
        var addresses = await ResolveAsync(host, cancellationToken, namedOnly);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, port, cancellationToken);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>
    /// A handler for HTTP that goes nowhere else: no redirects, as they would be followed unjudged; no proxy from the
    /// environment, as it would do the connecting.
    /// </summary>
    /// <param name="namedOnly">True to go only where the setting says so: for http without TLS.</param>
    public SocketsHttpHandler HttpHandler(bool namedOnly = false) => new()
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5), // a name that moved is found again
        ConnectCallback = async (context, cancellationToken) =>
            new NetworkStream(await ConnectAsync(context.DnsEndPoint.Host, context.DnsEndPoint.Port, cancellationToken, namedOnly), ownsSocket: true),
    };

    /// <summary>Whether an address is of the public internet: none that the IANA's special-purpose registries set aside (RFC 6890).</summary>
    public static bool IsPublic(IPAddress address)
    {
        var plain = Plain(address);
        if (plain.AddressFamily == AddressFamily.InterNetwork)
            return !Array.Exists(setAside, network => network.Contains(plain));
        if (!unicast.Contains(plain) || Array.Exists(setAsideSix, network => network.Contains(plain)))
            return false;
        var bytes = plain.GetAddressBytes();
        return !sixToFour.Contains(plain) || IsPublic(new IPAddress(bytes.AsSpan(2, 4)));
    }

    static bool IsLinkLocal(IPAddress address) => Plain(address) is var plain && (plain.IsIPv6LinkLocal || linkLocal.Contains(plain));

    /// <summary>An IPv4 address that is dressed as IPv6 (mapped, or through NAT64), as itself.</summary>
    static IPAddress Plain(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        return address.AddressFamily == AddressFamily.InterNetworkV6 && nat64.Contains(address) ? new IPAddress(address.GetAddressBytes().AsSpan(12, 4)) : address;
    }

    static bool Matches(string pattern, string host) => pattern.StartsWith("*.", StringComparison.Ordinal)
        ? host.EndsWith(pattern[1..], StringComparison.OrdinalIgnoreCase)
        : host.Equals(pattern, StringComparison.OrdinalIgnoreCase);

    static readonly IPNetwork linkLocal = IPNetwork.Parse("169.254.0.0/16");
    static readonly IPNetwork unicast = IPNetwork.Parse("2000::/3");
    static readonly IPNetwork sixToFour = IPNetwork.Parse("2002::/16");
    static readonly IPNetwork nat64 = IPNetwork.Parse("64:ff9b::/96");

    static readonly IPNetwork[] setAside =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24",
            "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        }.Select(network => IPNetwork.Parse(network)),
    ];

    static readonly IPNetwork[] setAsideSix = [.. new[] { "2001::/23", "2001:db8::/32", "3fff::/20" }.Select(network => IPNetwork.Parse(network))];
}
