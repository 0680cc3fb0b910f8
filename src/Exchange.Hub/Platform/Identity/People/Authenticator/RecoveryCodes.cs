using System.Security.Cryptography;
using System.Text;

namespace Exchange.Hub.Platform;

/// <summary>
/// Codes for the day when the authenticator is lost: 80 random bits each, good once. Stored as salted PBKDF2 (NIST SP
/// 800-63B section 3.1.2.2); so many random bits need few rounds.
/// </summary>
public static class RecoveryCodes
{
    /// <summary>Codes that a person is given at one time.</summary>
    public const int Count = 10;

    const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
    const int Characters = 16;
    const int GroupLength = 4;
    const int Iterations = 10_000;
    const int HashBytes = 32;

    /// <summary>Makes a set.</summary>
    public static IReadOnlyList<string> Make() =>
        [.. Enumerable.Range(0, Count).Select(_ => string.Join('-', RandomNumberGenerator.GetString(Alphabet, Characters).Chunk(GroupLength).Select(group => new string(group))))];

    /// <summary>Whether a text is one by its form, so that it is not taken for the code of an authenticator.</summary>
    public static bool HasForm(string text) => Plain(text).Length == Characters;

    /// <summary>What is stored of a person's code.</summary>
    public static byte[] HashOf(Person person, string code) =>
        Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(Plain(code)), person.Id.ToByteArray(), Iterations, HashAlgorithmName.SHA256, HashBytes);

    static string Plain(string code) => string.Concat(code.Where(char.IsAsciiLetterOrDigit)).ToLowerInvariant();
}
