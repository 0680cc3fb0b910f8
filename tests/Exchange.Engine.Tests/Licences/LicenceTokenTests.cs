using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Exchange.Engine.Licences;

namespace Exchange.Engine.Tests.Licences;

public sealed class LicenceTokenTests
{
    static ECDsa Pair => Signer.Pair;
    static readonly LicenceKey[] Keys = [LicenceKey.Of(Pair)];
    static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1000);
    static readonly string Good = LicenceToken.Sign("""{"exp":2000,"iss":"https://a.example","jti":"x","record":{"name":"Li"}}"""u8, Pair);

    [Test]
    public void What_was_signed_is_read_again()
    {
        var reading = LicenceToken.Read(Good + "\n", Keys, "https://a.example", Now);
        Assert.That((reading.Fault, reading.Claims?.GetProperty("record").GetRawText()), Is.EqualTo((default(LicenceFault?), """{"name":"Li"}""")));
    }

    [Test]
    public void Another_issuer_an_end_and_an_unknown_key_are_noticed()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.That(LicenceToken.Read(Good, Keys, "https://b.example", Now).Fault, Is.EqualTo(LicenceFault.WrongIssuer));
        Assert.That(LicenceToken.Read(Good, Keys, null, DateTimeOffset.FromUnixTimeSeconds(2000)).Fault, Is.EqualTo(LicenceFault.Expired));
        Assert.That(LicenceToken.Read(Good, [LicenceKey.Of(other)], null, Now).Fault, Is.EqualTo(LicenceFault.UnknownKey));
        Assert.That(LicenceToken.Read(Good, [LicenceKey.Of(other) with { Id = Keys[0].Id }], null, Now).Fault, Is.EqualTo(LicenceFault.WrongSignature));
    }

    /// <summary>Every character of every part, each by its neighbour in the alphabet.</summary>
    [Test]
    public void No_character_can_be_changed()
    {
        for (var i = 0; i < Good.Length; i++)
        {
            var altered = Good[..i] + (Good[i] == '.' ? 'A' : Good[i] == 'A' ? 'B' : (char)(Good[i] == 'z' ? 'y' : Good[i] is '-' or '_' or '9' or 'Z' ? 'a' : Good[i] + 1)) + Good[(i + 1)..];
            Assert.That(LicenceToken.Read(altered, Keys, null, Now).Claims, Is.Null, $"at {i}: {altered}");
        }
    }

    [TestCase("""{"alg":"none","kid":"KID","typ":"exchange-licence+jws"}""")]
    [TestCase("""{"alg":"HS256","kid":"KID","typ":"exchange-licence+jws"}""")]
    [TestCase("""{"alg":"ES384","kid":"KID","typ":"exchange-licence+jws"}""")]
    [TestCase("""{"alg":"ES256","kid":"KID","typ":"JWT"}""")]
    [TestCase("""{"alg":"ES256","crit":["b64"],"kid":"KID","typ":"exchange-licence+jws"}""")]
    [TestCase("""{"alg":"ES256","jwk":{},"kid":"KID","typ":"exchange-licence+jws"}""")]
    [TestCase("""{"alg":"ES256","typ":"exchange-licence+jws"}""")]
    [TestCase("""[]""")]
    public void Another_header_is_refused_whoever_signed_it(string header)
    {
        var payload = Good.Split('.')[1];
        var signed = $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header.Replace("KID", Keys[0].Id, StringComparison.Ordinal)))}.{payload}";
        var signature = Pair.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        var mac = HMACSHA256.HashData(Encoding.UTF8.GetBytes(Keys[0].X), Encoding.ASCII.GetBytes(signed));
        foreach (var end in new[] { "", Base64Url.EncodeToString(signature), Base64Url.EncodeToString(mac) })
            Assert.That(LicenceToken.Read($"{signed}.{end}", Keys, null, Now).Fault, Is.EqualTo(LicenceFault.WrongHeader));
    }

    [TestCase("")]
    [TestCase("a.b")]
    [TestCase("a.b.c.d")]
    [TestCase("!.!.!")]
    [TestCase("====.====.====")]
    public void What_is_no_token_is_refused(string text) => Assert.That(LicenceToken.Read(text, Keys, null, Now).Fault, Is.EqualTo(LicenceFault.Malformed));

    [Test]
    public void Bytes_that_are_not_canonical_are_no_licence()
    {
        foreach (var payload in new[] { """{"exp":2000, "iss":"a","jti":"x"}""", """{"exp":2000,"exp":3000,"iss":"a","jti":"x"}""", """{"exp":2e3,"iss":"a","jti":"x"}""", """{"iss":"a","jti":"x"}""", "7" })
            Assert.That(LicenceToken.Read(LicenceToken.Sign(Encoding.UTF8.GetBytes(payload), Pair), Keys, null, Now).Fault, Is.EqualTo(LicenceFault.Malformed), payload);
    }

    [Test]
    public void A_key_set_gives_the_keys_that_can_sign_licences()
    {
        var set = JsonSerializer.SerializeToUtf8Bytes(new { keys = new object[] { new { kty = "RSA", kid = "r" }, new { kty = "EC", crv = "P-256", kid = Keys[0].Id, x = Keys[0].X, y = Keys[0].Y } } });
        Assert.That(LicenceKey.ReadSet(set), Is.EqualTo(Keys));
        Assert.That(() => LicenceKey.ReadSet("[]"u8), Throws.InstanceOf<JsonException>());
        Assert.That(LicenceToken.Read(Good, [Keys[0] with { X = "AAAA" }], null, Now).Fault, Is.EqualTo(LicenceFault.WrongSignature), "no point of the curve");
    }
}

/// <summary>One pair for all tests; it lasts as long as the process.</summary>
file static class Signer
{
    public static readonly ECDsa Pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
}
