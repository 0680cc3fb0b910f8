using System.Buffers.Binary;
using System.Buffers.Text;
using System.Formats.Cbor;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Exchange.Hub.Tests;

/// <summary>
/// A passkey authenticator in software, with the browser around it (Web Authentication Level 3): makes credentials and
/// signs challenges with ES256. Its properties let a test make the mistakes that a real one does not.
/// </summary>
public sealed class Authenticator : IDisposable
{
    const byte UserPresent = 0x01;
    const byte UserVerifiedFlag = 0x04;
    const byte AttestedData = 0x40;

    readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>The origin that the browser names.</summary>
    public required string Origin { get; set; }

    /// <summary>Whether it asked the person for a PIN or a finger.</summary>
    public bool VerifiesUser { get; set; } = true;

    /// <summary>Whether it counts at all; many do not, and say 0 for ever.</summary>
    public bool Counts { get; set; } = true;

    /// <summary>Whose its credential is, as the hub told it.</summary>
    public string? UserHandle { get; set; }

    /// <summary>How often it has signed; grows by itself.</summary>
    public uint Counter { get; set; }

    /// <summary>The name of its credential.</summary>
    public byte[] CredentialId { get; set; } = RandomNumberGenerator.GetBytes(16);

    /// <summary>What <c>navigator.credentials.create()</c> answers to these options.</summary>
    public string Create(string options)
    {
        using var asked = JsonDocument.Parse(options);
        UserHandle = asked.RootElement.GetProperty("user").GetProperty("id").GetString();
        var attestation = new CborWriter(CborConformanceMode.Ctap2Canonical);
        attestation.WriteStartMap(3);
        attestation.WriteTextString("fmt");
        attestation.WriteTextString("none");
        attestation.WriteTextString("attStmt");
        attestation.WriteStartMap(0);
        attestation.WriteEndMap();
        attestation.WriteTextString("authData");
        attestation.WriteByteString([.. Data(asked.RootElement.GetProperty("rp").GetProperty("id").GetString()!, AttestedData), .. Attested()]);
        attestation.WriteEndMap();
        return Credential(new
        {
            clientDataJSON = Encode(ClientData("webauthn.create", asked)),
            attestationObject = Encode(attestation.Encode()),
            transports = new[] { "internal" },
        });
    }

    /// <summary>What <c>navigator.credentials.get()</c> answers to these options.</summary>
    public string Get(string options)
    {
        using var asked = JsonDocument.Parse(options);
        if (Counts)
            Counter++;
        var client = ClientData("webauthn.get", asked);
        var data = Data(asked.RootElement.GetProperty("rpId").GetString()!, 0);
        return Credential(new
        {
            clientDataJSON = Encode(client),
            authenticatorData = Encode(data),
            signature = Encode(key.SignData([.. data, .. SHA256.HashData(client)], HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)),
            userHandle = UserHandle,
        });
    }

    /// <inheritdoc/>
    public void Dispose() => key.Dispose();

    byte[] ClientData(string type, JsonDocument asked) =>
        JsonSerializer.SerializeToUtf8Bytes(new { type, challenge = asked.RootElement.GetProperty("challenge").GetString(), origin = Origin, crossOrigin = false });

    /// <summary>Authenticator data (section 6.1): hash of the relying party, flags, counter.</summary>
    byte[] Data(string relyingParty, byte flags)
    {
        var data = new byte[SHA256.HashSizeInBytes + 1 + sizeof(uint)];
        SHA256.HashData(Encoding.UTF8.GetBytes(relyingParty), data);
        data[SHA256.HashSizeInBytes] = (byte)(flags | UserPresent | (VerifiesUser ? UserVerifiedFlag : 0));
        BinaryPrimitives.WriteUInt32BigEndian(data.AsSpan(SHA256.HashSizeInBytes + 1), Counter);
        return data;
    }

    /// <summary>Attested credential data (section 6.5.1): model, credential, public key.</summary>
    byte[] Attested()
    {
        var model = new byte[16];
        var length = new byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)CredentialId.Length);
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        var cose = new CborWriter(CborConformanceMode.Ctap2Canonical); // RFC 9053: EC2 key, ES256, P-256
        cose.WriteStartMap(5);
        foreach (var (label, number) in new[] { (1, 2), (3, -7), (-1, 1) })
        {
            cose.WriteInt32(label);
            cose.WriteInt32(number);
        }
        foreach (var (label, coordinate) in new[] { (-2, point.X!), (-3, point.Y!) })
        {
            cose.WriteInt32(label);
            cose.WriteByteString(coordinate);
        }
        cose.WriteEndMap();
        return [.. model, .. length, .. CredentialId, .. cose.Encode()];
    }

    string Credential(object response) =>
        JsonSerializer.Serialize(new { id = Encode(CredentialId), rawId = Encode(CredentialId), type = "public-key", clientExtensionResults = new { }, response });

    static string Encode(byte[] bytes) => Base64Url.EncodeToString(bytes);
}
