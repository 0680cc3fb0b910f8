using System.Net;
using System.Net.Sockets;

namespace Exchange.Hub.Sharing.Access;

/// <summary>Notices tokens that were refused where data is read.</summary>
sealed class RefusedTokens(RequestDelegate next, RefusalWatch watch)
{
    /// <summary>Bits of an address that tell the network: what one house or office has.</summary>
    const int BitsOfFour = 24;
    const int BitsOfSix = 48;

    /// <summary>Called by the framework.</summary>
    public async Task InvokeAsync(HttpContext http)
    {
        await next(http);
        if (http.Response.StatusCode == StatusCodes.Status401Unauthorized && http.Request.Headers.Authorization.Count > 0)
            watch.NoteStranger(NetworkOf(http.Connection.RemoteIpAddress));
    }

    /// <summary>The network of an address, such as <c>203.0.113.0/24</c>.</summary>
    public static string NetworkOf(IPAddress? address)
    {
        if (address is null)
            return "unknown";
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        var bits = address.AddressFamily == AddressFamily.InterNetwork ? BitsOfFour : BitsOfSix;
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(bits / 8).Clear();
        return $"{new IPAddress(bytes)}/{bits}";
    }
}
