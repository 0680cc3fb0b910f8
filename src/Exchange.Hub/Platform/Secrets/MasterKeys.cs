using System.Security.Cryptography;

namespace Exchange.Hub.Platform;

/// <summary>
/// The keys that encrypt stored secrets. The first encrypts; the others still decrypt, so that a key is replaced by
/// putting the new one in front and starting the hub, which then encrypts everything anew.
/// </summary>
public sealed class MasterKeys
{
    const int KeyBytes = 32;

    readonly Dictionary<string, byte[]> keys = [];

    MasterKeys(string text, string origin)
    {
        foreach (var line in text.Split([',', '\n', '\r', ' '], StringSplitOptions.RemoveEmptyEntries))
        {
            var key = new byte[KeyBytes + 1];
            if (!Convert.TryFromBase64String(line, key, out var length) || length != KeyBytes)
                throw new SettingsException($"{origin} holds something that is not a key. A key is {KeyBytes} bytes in base64: openssl rand -base64 {KeyBytes}");
            var id = Convert.ToHexStringLower(SHA256.HashData(key.AsSpan(0, KeyBytes)))[..16];
            CurrentId ??= id;
            keys.TryAdd(id, key[..KeyBytes]);
        }
        if (CurrentId is null)
            throw new SettingsException($"{origin} holds no key. Put back the key that encrypted the stored secrets, or they are lost.");
    }

    /// <summary>Id of the key that encrypts: the start of its SHA-256.</summary>
    public string CurrentId { get; }

    /// <summary>Reads the keys from the setting or from <c>master.key</c>, which is made when it is missing.</summary>
    /// <exception cref="SettingsException">What stands there is no key.</exception>
    public static MasterKeys Load(HubOptions options, DataDirectory data)
    {
        if (options.MasterKey is { } given)
            return new MasterKeys(given, "masterKey");
        var file = data.Of("master.key");
        if (!File.Exists(file))
            PrivateFile.Write(file, Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyBytes)) + "\n");
        return new MasterKeys(File.ReadAllText(file), file);
    }

    /// <summary>The key of this id, or null when the hub does not have it.</summary>
    public byte[]? Find(string id) => keys.GetValueOrDefault(id);
}
