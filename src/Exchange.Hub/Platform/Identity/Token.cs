using System.IO.Hashing;
using System.Security.Cryptography;
using System.Text;

namespace Exchange.Hub.Platform;

/// <summary>
/// A bearer token: <c>exh_</c>, 30 random characters (178 bits), 6 characters of CRC-32. The prefix lets leak scanners
/// find it, the checksum refuses typing mistakes without asking the database. Only its SHA-256 is stored.
/// </summary>
public static class Token
{
    /// <summary>What every token begins with.</summary>
    public const string Prefix = "exh_";

    const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    const int RandomCharacters = 30;
    const int CheckCharacters = 6;

    /// <summary>Makes a new one.</summary>
    public static string Create()
    {
        var body = Prefix + RandomNumberGenerator.GetString(Alphabet, RandomCharacters);
        return body + CheckOf(body);
    }

    /// <summary>Whether a text can be a token at all.</summary>
    public static bool IsWellFormed(string text) =>
        text.Length == Prefix.Length + RandomCharacters + CheckCharacters
        && text.StartsWith(Prefix, StringComparison.Ordinal)
        && CheckOf(text[..^CheckCharacters]) == text[^CheckCharacters..];

    /// <summary>What is stored of it.</summary>
    public static byte[] HashOf(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    static string CheckOf(string body)
    {
        var rest = Crc32.HashToUInt32(Encoding.UTF8.GetBytes(body));
        return string.Create(CheckCharacters, rest, static (text, value) =>
        {
            for (var i = text.Length - 1; i >= 0; i--, value /= (uint)Alphabet.Length)
                text[i] = Alphabet[(int)(value % (uint)Alphabet.Length)];
        });
    }
}
