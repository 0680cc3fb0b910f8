using System.Net;
using System.Net.Sockets;
using Exchange.Hub.Platform;

namespace Exchange.Hub.Tests.Platform.Network;

/// <summary>No spelling of an address and no answer of a name service leads the hub into its own networks.</summary>
public sealed class OutboundGuardTests
{
    [TestCase("127.0.0.1")]
    [TestCase("127.1", Description = "parts left out")]
    [TestCase("2130706433", Description = "decimal")]
    [TestCase("0x7f000001", Description = "hexadecimal")]
    [TestCase("0x7f.0.0.1")]
    [TestCase("0177.0.0.1", Description = "octal")]
    [TestCase("017700000001")]
    [TestCase("0.0.0.0")]
    [TestCase("10.1.2.3")]
    [TestCase("100.64.0.1")]
    [TestCase("169.254.169.254", Description = "metadata of clouds")]
    [TestCase("172.31.255.255")]
    [TestCase("192.168.0.1")]
    [TestCase("198.18.0.1")]
    [TestCase("224.0.0.1")]
    [TestCase("255.255.255.255")]
    [TestCase("::")]
    [TestCase("::1")]
    [TestCase("[::1]")]
    [TestCase("::ffff:127.0.0.1", Description = "IPv4 mapped into IPv6")]
    [TestCase("::ffff:a00:1")]
    [TestCase("::7f00:1", Description = "IPv4-compatible")]
    [TestCase("64:ff9b::7f00:1", Description = "NAT64")]
    [TestCase("64:ff9b:1::7f00:1", Description = "NAT64, local use")]
    [TestCase("2002:7f00:1::", Description = "6to4")]
    [TestCase("2002:a01:203::1")]
    [TestCase("2001:0:4136:e378:8000:63bf:3fff:fdd2", Description = "Teredo")]
    [TestCase("2001:db8::1")]
    [TestCase("fc00::1")]
    [TestCase("fd12:3456::1")]
    [TestCase("fe80::1")]
    [TestCase("ff02::1")]
    public void An_address_of_no_public_network_is_refused(string host) =>
        Assert.That(async () => await Guard().ResolveAsync(host, CancellationToken.None), Refused("address-not-allowed"));

    [TestCase("8.8.8.8")]
    [TestCase("134744072")]
    [TestCase("2606:4700:4700::1111")]
    [TestCase("::ffff:8.8.8.8")]
    [TestCase("64:ff9b::808:808")]
    [TestCase("2002:808:808::1")]
    public async Task An_address_of_the_public_internet_is_allowed(string host) =>
        Assert.That(await Guard().ResolveAsync(host, CancellationToken.None), Has.Length.EqualTo(1));

    [Test]
    public void A_name_of_the_loopback_is_refused() =>
        Assert.That(async () => await new OutboundGuard(new HubOptions()).ResolveAsync("localhost", CancellationToken.None), Refused("address-not-allowed"));

    [Test]
    public void A_name_with_one_inner_address_among_public_ones_is_refused() =>
        Assert.That(async () => await Guard(names: _ => ["8.8.8.8", "10.0.0.1"]).ResolveAsync("mixed.example", CancellationToken.None), Refused("address-not-allowed"));

    [Test]
    public void A_name_without_an_address_is_refused() =>
        Assert.That(async () => await Guard(names: _ => []).ResolveAsync("empty.example", CancellationToken.None), Refused("address-not-allowed"));

    [Test]
    public void A_name_that_is_not_found_says_so() =>
        Assert.That(async () => await new OutboundGuard(new HubOptions(), (_, _) => throw new SocketException((int)SocketError.HostNotFound)).ResolveAsync("nowhere.example", CancellationToken.None), Refused("host-not-found"));

    /// <summary>A name that is public when it is judged and inner when it is connected to (DNS rebinding) is asked for once: what was judged is connected to.</summary>
    [Test]
    public void A_name_that_changes_its_mind_gains_nothing()
    {
        using var inside = new TcpListener(IPAddress.Loopback, 0);
        inside.Start();
        var asked = 0;
        // The first answer is an address that the setting allows and nobody answers at; every later one leads inside.
        var guard = Guard("127.0.0.2", _ => asked++ == 0 ? ["127.0.0.2"] : ["127.0.0.1"]);
        Assert.That(async () => (await guard.ConnectAsync("rebinding.example", ((IPEndPoint)inside.LocalEndpoint).Port, CancellationToken.None)).Dispose(), Throws.InstanceOf<SocketException>());
        Assert.That((asked, inside.Pending()), Is.EqualTo((1, false)));
        Assert.That(async () => await guard.ConnectAsync("rebinding.example", 443, CancellationToken.None), Refused("address-not-allowed"), "each connection is judged anew");
    }

    [TestCase("10.0.0.0/8", "10.9.8.7", true)]
    [TestCase("10.0.0.0/8", "::ffff:10.9.8.7", true)]
    [TestCase("10.0.0.0/8", "11.9.8.7", true, Description = "public")]
    [TestCase("10.0.0.0/8", "192.168.0.1", false)]
    [TestCase("192.168.0.1", "192.168.0.1", true)]
    [TestCase("fd00::/8", "fd12::1", true)]
    public void The_setting_opens_networks(string allow, string host, bool open) => AssertOpen(Guard(allow), host, open);

    [TestCase("db.city.example", true)]
    [TestCase("DB.City.Example", true)]
    [TestCase("x.db.city.example", false)]
    [TestCase("a.intra.example", true)]
    [TestCase("a.b.intra.example", true)]
    [TestCase("intra.example", false)]
    [TestCase("evilintra.example", false)]
    public void The_setting_opens_names(string host, bool open) => AssertOpen(Guard("db.city.example, *.intra.example", _ => ["10.0.0.1"]), host, open);

    [Test]
    public void A_name_that_is_open_does_not_lead_to_the_metadata_of_clouds() =>
        Assert.That(async () => await Guard("db.city.example", _ => ["169.254.169.254"]).ResolveAsync("db.city.example", CancellationToken.None), Refused("address-not-allowed"));

    [TestCase("10.0.0.0/33")]
    [TestCase("two words")]
    [TestCase("*")]
    public void A_setting_that_is_neither_network_nor_name_stops_the_hub(string allow) => Assert.That(() => Guard(allow), Throws.TypeOf<SettingsException>().With.Message.Contains("outboundAllow"));

    [Test]
    public async Task What_is_not_encrypted_goes_only_where_the_setting_says()
    {
        Assert.That(async () => await Guard("10.0.0.0/8").ResolveAsync("8.8.8.8", CancellationToken.None, namedOnly: true), Refused("plain-http-not-allowed"));
        Assert.That(await Guard("8.8.8.8").ResolveAsync("8.8.8.8", CancellationToken.None, namedOnly: true), Has.Length.EqualTo(1));
    }

    [Test]
    public void The_handler_follows_no_redirect_and_takes_no_proxy_from_the_environment()
    {
        using var handler = Guard().HttpHandler();
        Assert.That((handler.AllowAutoRedirect, handler.UseProxy, handler.UseCookies), Is.EqualTo((false, false, false)));
    }

    [TestCase("http://127.0.0.1:{0}/")]
    [TestCase("http://0x7f.1:{0}/")]
    [TestCase("http://[::ffff:127.0.0.1]:{0}/")]
    [TestCase("http://localhost:{0}/")]
    [TestCase("http://8.8.8.8@127.0.0.1:{0}/")]
    public void A_request_by_the_handler_reaches_nothing_inside(string url)
    {
        using var inside = new TcpListener(IPAddress.Loopback, 0);
        inside.Start();
        using var handler = new OutboundGuard(new HubOptions()).HttpHandler();
        using var client = new HttpClient(handler);
        var address = string.Format(System.Globalization.CultureInfo.InvariantCulture, url, ((IPEndPoint)inside.LocalEndpoint).Port);
        Assert.That(async () => await client.GetAsync(address), Throws.InstanceOf<HttpRequestException>().With.InnerException.TypeOf<HubException>());
        Assert.That(inside.Pending(), Is.False);
    }

    static OutboundGuard Guard(string? allow = null, Func<string, string[]>? names = null) =>
        new(new HubOptions { OutboundAllow = allow }, names is null ? (host, ct) => Dns.GetHostAddressesAsync(host, ct) : (host, _) => Task.FromResult(names(host).Select(IPAddress.Parse).ToArray()));

    static void AssertOpen(OutboundGuard guard, string host, bool open)
    {
        if (open)
            Assert.That(async () => await guard.ResolveAsync(host, CancellationToken.None), Throws.Nothing);
        else
            Assert.That(async () => await guard.ResolveAsync(host, CancellationToken.None), Refused("address-not-allowed"));
    }

    static NUnit.Framework.Constraints.Constraint Refused(string code) => Throws.TypeOf<HubException>().With.Property(nameof(HubException.Code)).EqualTo(code);
}
