using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using IPNetwork = System.Net.IPNetwork;

namespace Exchange.Hub.Platform;

/// <summary>Where people reach the hub, and which proxies in front of it are believed.</summary>
static class PublicAddress
{
    /// <summary>Address of the hub without a slash at its end, as a request was sent to it; <see cref="PublicHost"/> has seen to the setting.</summary>
    public static string Of(HttpContext context) => $"{context.Request.Scheme}://{context.Request.Host}";

    /// <summary>Where people reach it when no request tells: the setting, or the first address that it listens on.</summary>
    public static string Of(HubOptions options, IEnumerable<string> urls) => options.PublicAddress?.TrimEnd('/') ?? urls.First().TrimEnd('/');

    /// <summary>
    /// Believes what a proxy says about where a request came from and whether by https: that of the setting, on the same machine
    /// when there is none. Of several in a row the last one's word counts.
    /// </summary>
    public static ForwardedHeadersOptions Proxies(HubOptions options)
    {
        var forwarded = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto };
        if (options.TrustedProxies is null)
            return forwarded;
        forwarded.KnownProxies.Clear();
        forwarded.KnownIPNetworks.Clear();
        foreach (var network in NetworksIn(options.TrustedProxies))
            forwarded.KnownIPNetworks.Add(network);
        return forwarded;
    }

    /// <summary>Whether a text lists addresses and networks.</summary>
    public static bool AreNetworks(string text) => Parts(text).All(part => IPNetwork.TryParse(WithPrefix(part), out _));

    static IEnumerable<IPNetwork> NetworksIn(string text) => Parts(text).Select(part => IPNetwork.Parse(WithPrefix(part)));

    static string[] Parts(string text) => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    static string WithPrefix(string part) => part.Contains('/', StringComparison.Ordinal) ? part : $"{part}/{(part.Contains(':', StringComparison.Ordinal) ? 128 : 32)}";
}
