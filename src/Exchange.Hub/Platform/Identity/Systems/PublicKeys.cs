using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace Exchange.Hub.Platform;

/// <summary>The public keys with which a system signs its assertions (RFC 7517, RFC 7523).</summary>
static class PublicKeys
{
    const int SmallestRsa = 2048;
    static readonly string[] Curves = ["P-256", "P-384", "P-521"];

    /// <summary>Reads a key set that somebody sent, as far as it is public and strong enough.</summary>
    /// <param name="json">A JSON Web Key Set; null for none.</param>
    /// <returns>The set as it is stored, and the ids of its keys.</returns>
    /// <exception cref="HubException">It is no key set, a key is weak, or it holds a private part.</exception>
    public static (string? Stored, IReadOnlyList<string> Ids) Read(JsonElement? json)
    {
        if (json is not { ValueKind: not (JsonValueKind.Null or JsonValueKind.Undefined) } element)
            return (null, []);
        var keys = Parse(element);
        var validation = new Validation().Require(keys.Count > 0, "/keys", "holds no key", "Send a JSON Web Key Set: {\"keys\": [{\"kty\": \"EC\", \"crv\": \"P-256\", \"kid\": \"2026-1\", \"x\": …, \"y\": …}]}.");
        foreach (var (i, key) in keys.Index())
        {
            validation
                .Require(!key.HasPrivateKey && key.K is null, $"/keys/keys/{i}", "holds a private part", "Send the public key only, and replace this one: it has left its owner.")
                .Require(key.Kty == "EC" ? Curves.Contains(key.Crv) : key.Kty == "RSA" && key.KeySize >= SmallestRsa, $"/keys/keys/{i}", "is not a key to sign with", "Use EC on P-256, P-384 or P-521, or RSA of at least 2048 bits.")
                .Require(!string.IsNullOrEmpty(key.Kid), $"/keys/keys/{i}/kid", "is missing", "Give every key an id, so that it can be replaced.");
        }
        validation.Require(keys.Select(key => key.Kid).Distinct().Count() == keys.Count, "/keys/keys", "has two keys of one id", "Give each its own.").ThrowIfAny();
        return (element.GetRawText(), [.. keys.Select(key => key.Kid)]);
    }

    static IList<JsonWebKey> Parse(JsonElement element)
    {
        try
        {
            return new JsonWebKeySet(element.GetRawText()).Keys;
        }
        catch (Exception error) when (error is ArgumentException or JsonException)
        {
            throw HubException.Invalid(new FieldError("/keys", "is not a JSON Web Key Set", "See RFC 7517, section 5."));
        }
    }
}
