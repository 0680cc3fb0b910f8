using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;

namespace Exchange.Engine.Licences;

/// <summary>A public key that licences are verified by: ECDSA on P-256, as a JSON Web Key (RFC 7517, RFC 7518 section 6.2).</summary>
/// <param name="Id">Its <c>kid</c>.</param>
/// <param name="X">First coordinate, base64url.</param>
/// <param name="Y">Second coordinate, base64url.</param>
public sealed record LicenceKey(string Id, string X, string Y)
{
    const int CoordinateBytes = 32;

    /// <summary>The public half of a key pair; its id is its thumbprint (RFC 7638).</summary>
    public static LicenceKey Of(ECDsa pair)
    {
        ArgumentNullException.ThrowIfNull(pair);
        var point = pair.ExportParameters(includePrivateParameters: false).Q;
        var (x, y) = (Base64Url.EncodeToString(point.X), Base64Url.EncodeToString(point.Y));
        var thumbprint = SHA256.HashData(System.Text.Encoding.ASCII.GetBytes($$"""{"crv":"P-256","kty":"EC","x":"{{x}}","y":"{{y}}"}"""));
        return new LicenceKey(Base64Url.EncodeToString(thumbprint), x, y);
    }

    /// <summary>The keys of a JSON Web Key Set that licences may be signed by; others in it are passed over.</summary>
    /// <exception cref="JsonException">It is no key set.</exception>
    public static IReadOnlyList<LicenceKey> ReadSet(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8);
        using var set = JsonDocument.ParseValue(ref reader);
        if (set.RootElement.ValueKind != JsonValueKind.Object || !set.RootElement.TryGetProperty("keys", out var keys) || keys.ValueKind != JsonValueKind.Array)
            throw new JsonException("A key set is an object with an array keys.");
        return [.. keys.EnumerateArray().Where(key => Text(key, "kty") == "EC" && Text(key, "crv") == "P-256" && Text(key, "kid") is not null)
            .Select(key => new LicenceKey(Text(key, "kid")!, Text(key, "x") ?? "", Text(key, "y") ?? ""))];
    }

    /// <summary>The key, ready to verify by; null when it is no point of the curve.</summary>
    internal ECDsa? Open()
    {
        try
        {
            var point = new ECPoint { X = Base64Url.DecodeFromChars(X), Y = Base64Url.DecodeFromChars(Y) };
            return point is { X.Length: CoordinateBytes, Y.Length: CoordinateBytes } ? ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = point }) : null;
        }
        catch (Exception error) when (error is FormatException or CryptographicException)
        {
            return null;
        }
    }

    static string? Text(JsonElement key, string member) =>
        key.ValueKind == JsonValueKind.Object && key.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
