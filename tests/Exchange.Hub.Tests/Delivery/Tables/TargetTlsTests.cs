using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Exchange.Hub.Delivery.Tables;

namespace Exchange.Hub.Tests.Delivery.Tables;

/// <summary>A server's certificate is held against the name that was meant, whatever address the hub connects to.</summary>
public sealed class TargetTlsTests
{
    [TestCase(TableTls.VerifyFull, "db.example", true, ExpectedResult = true)]
    [TestCase(TableTls.VerifyFull, "other.example", true, ExpectedResult = false)]
    [TestCase(TableTls.VerifyFull, "192.0.2.7", true, ExpectedResult = false)]
    [TestCase(TableTls.VerifyFull, "db.example", false, ExpectedResult = false)]
    [TestCase(TableTls.VerifyCa, "other.example", true, ExpectedResult = true)]
    [TestCase(TableTls.VerifyCa, "other.example", false, ExpectedResult = false)]
    [TestCase(TableTls.Require, "other.example", false, ExpectedResult = true)]
    public bool A_server_is_trusted_as_the_option_says(TableTls tls, string host, bool knowsAuthority)
    {
        var from = TimeProvider.System.GetUtcNow().AddHours(-1);
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authorityRequest = new CertificateRequest("CN=Authority", authorityKey, HashAlgorithmName.SHA256);
        authorityRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var authority = authorityRequest.CreateSelfSigned(from, from.AddDays(1));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=server", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("db.example");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        using var certificate = request.Create(authority, from, from.AddHours(12), [1, 2, 3, 4]);
        return TargetTls.Trusts(new TableOptions { Tls = tls, Host = host, CaCertificates = knowsAuthority ? authority.ExportCertificatePem() : null }, certificate, null);
    }
}
