using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Exchange.Hub.Sharing.Mail;

/// <summary>Whether a mail server is who it says, where not the system's authorities vouch for it but a deployment's own.</summary>
static class ServerTrust
{
    /// <summary>A private authority often publishes no list of what it revoked; where it does, the list counts.</summary>
    const X509VerificationFlags ListsMayBeMissing =
        X509VerificationFlags.IgnoreEndRevocationUnknown | X509VerificationFlags.IgnoreCertificateAuthorityRevocationUnknown | X509VerificationFlags.IgnoreRootRevocationUnknown;

    /// <summary>Trusts certificates for the server's name that come from one of the authorities in a PEM file, and none else.</summary>
    public static RemoteCertificateValidationCallback InAuthoritiesOf(string file)
    {
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(file);
        return (_, certificate, chain, errors) =>
        {
            const SslPolicyErrors Rebuilt = SslPolicyErrors.RemoteCertificateChainErrors;
            if ((errors & ~Rebuilt) != SslPolicyErrors.None || certificate is not X509Certificate2 server || chain is null)
                return false;
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
            chain.ChainPolicy.VerificationFlags |= ListsMayBeMissing;
            return chain.Build(server);
        };
    }
}
