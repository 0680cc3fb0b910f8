using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Exchange.Hub.Delivery.Tables;

/// <summary>
/// Whether a server is the one that was meant. The hub connects to an address that it has judged, so the drivers would
/// hold the certificate against the address: it is held against the name here.
/// </summary>
static class TargetTls
{
    const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    /// <summary>Whether a certificate will do for these options.</summary>
    public static bool Trusts(TableOptions options, X509Certificate? presented, X509Chain? sent)
    {
        if (options.Tls == TableTls.Require)
            return true; // whoever answers, as the option says
        if (presented is not X509Certificate2 certificate || (options.Tls == TableTls.VerifyFull && !certificate.MatchesHostname(options.Host)))
            return false;
        using var chain = new X509Chain();
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ServerAuthentication));
        if (options.CaCertificates is { } pem)
        {
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.ImportFromPem(pem);
        }
        foreach (var element in sent?.ChainElements ?? Enumerable.Empty<X509ChainElement>())
            chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        return chain.Build(certificate);
    }

    /// <summary>The same as the drivers ask for it.</summary>
    public static RemoteCertificateValidationCallback Callback(TableOptions options) => (_, certificate, chain, _) => Trusts(options, certificate, chain);

    /// <summary>Whether a text holds certificates.</summary>
    public static bool AreCertificates(string pem)
    {
        var found = new X509Certificate2Collection();
        try
        {
            found.ImportFromPem(pem);
            return found.Count > 0;
        }
        catch (CryptographicException)
        {
            return false;
        }
        finally
        {
            foreach (var certificate in found)
                certificate.Dispose();
        }
    }
}
