using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Exchange.Engine.Records;

namespace Exchange.Engine.Licences;

/// <summary>
/// An electronic licence: a JSON Web Signature in compact form (RFC 7515) over canonical JSON, by ECDSA on P-256 with
/// SHA-256 (<c>ES256</c>, RFC 7518 section 3.4). That is the one algorithm; a licence that names another, or none, is no
/// licence, and no key that comes along with one is looked at.
/// </summary>
public static class LicenceToken
{
    /// <summary>What the header calls it, so that no other token of the issuer passes for one.</summary>
    public const string Type = "exchange-licence+jws";

    const string Algorithm = "ES256";
    const int SignatureBytes = 64;
    const int MostCharacters = 1024 * 1024;

    /// <summary>Signs.</summary>
    /// <param name="payload">Canonical JSON.</param>
    /// <param name="pair">The key pair.</param>
    public static string Sign(ReadOnlySpan<byte> payload, ECDsa pair)
    {
        ArgumentNullException.ThrowIfNull(pair);
        var header = Encoding.ASCII.GetBytes($$"""{"alg":"{{Algorithm}}","kid":"{{LicenceKey.Of(pair).Id}}","typ":"{{Type}}"}""");
        var signed = $"{Base64Url.EncodeToString(header)}.{Base64Url.EncodeToString(payload)}";
        return $"{signed}.{Base64Url.EncodeToString(pair.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation))}";
    }

    /// <summary>Verifies signature, form, issuer and expiry. Whether it was revoked or superseded since only the hub knows.</summary>
    /// <param name="token">What is said to be a licence.</param>
    /// <param name="keys">The issuer's public keys, old ones too.</param>
    /// <param name="issuer">The issuer that is expected; any whose keys these are when null.</param>
    /// <param name="now">The instant of the check.</param>
    public static LicenceReading Read(string token, IReadOnlyList<LicenceKey> keys, string? issuer, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(token);
        ArgumentNullException.ThrowIfNull(keys);
        var parts = token.Trim() is { Length: <= MostCharacters } text ? text.Split('.') : [];
        if (parts.Length != 3 || Decode(parts[0]) is not { } header || Decode(parts[1]) is not { } payload || Decode(parts[2]) is not { } signature)
            return LicenceReading.Refused(LicenceFault.Malformed);
        if (KeyIdOf(header) is not { } id)
            return LicenceReading.Refused(LicenceFault.WrongHeader);
        if (keys.FirstOrDefault(key => key.Id == id) is not { } known)
            return LicenceReading.Refused(LicenceFault.UnknownKey);
        using var opened = known.Open();
        if (opened is null || signature.Length != SignatureBytes
            || !opened.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation))
            return LicenceReading.Refused(LicenceFault.WrongSignature);
        if (Canonical(payload) is not { } claims || Instant(claims, "exp") is not { } expiry || Text(claims, "iss") is not { } said || Text(claims, "jti") is null)
            return LicenceReading.Refused(LicenceFault.Malformed);
        if (issuer is not null && said != issuer)
            return new LicenceReading(LicenceFault.WrongIssuer, claims);
        return new LicenceReading(now >= expiry ? LicenceFault.Expired : null, claims);
    }

    /// <summary>The key that a header names; null when the header is not the one that licences have.</summary>
    static string? KeyIdOf(byte[] header) =>
        Canonical(header) is { } members && members.EnumerateObject().All(member => member.Name is "alg" or "kid" or "typ")
            && Text(members, "alg") == Algorithm && Text(members, "typ") == Type ? Text(members, "kid") : null;

    /// <summary>Bytes of base64url without padding, spelt in the one way in which they can be.</summary>
    static byte[]? Decode(string part)
    {
        try
        {
            var bytes = Base64Url.DecodeFromChars(part);
            return Base64Url.EncodeToString(bytes) == part ? bytes : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    static JsonElement? Canonical(byte[] utf8)
    {
        try
        {
            var reader = new Utf8JsonReader(utf8);
            var element = JsonElement.ParseValue(ref reader);
            return element.ValueKind == JsonValueKind.Object && CanonicalJson.Of(utf8).AsSpan().SequenceEqual(utf8) ? element : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    static string? Text(JsonElement claims, string name) => claims.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    static DateTimeOffset? Instant(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var seconds) && seconds is >= 0 and < 253_402_300_800
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;
}

/// <summary>Why a text is no licence that holds.</summary>
public enum LicenceFault
{
    /// <summary>It is not of the form of a licence.</summary>
    Malformed,

    /// <summary>Its header names another algorithm or another kind of token, or more than a licence's does.</summary>
    WrongHeader,

    /// <summary>It is signed by a key that the issuer does not have.</summary>
    UnknownKey,

    /// <summary>It was altered, or somebody else signed it.</summary>
    WrongSignature,

    /// <summary>Another issued it.</summary>
    WrongIssuer,

    /// <summary>Its time is over.</summary>
    Expired,
}

/// <summary>What was read.</summary>
/// <param name="Fault">Why it does not hold; null when it does, as far as can be said from itself.</param>
/// <param name="Claims">What it says, where the signature is good; else null.</param>
public sealed record LicenceReading(LicenceFault? Fault, JsonElement? Claims)
{
    /// <summary>A text of which nothing can be believed.</summary>
    public static LicenceReading Refused(LicenceFault fault) => new(fault, null);
}
