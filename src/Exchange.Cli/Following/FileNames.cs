using System.Security.Cryptography;
using System.Text;

namespace Exchange.Cli.Following;

/// <summary>
/// A record's file is called by its key: lower-case letters, digits, <c>-</c> and <c>_</c> stand for themselves, other
/// bytes of UTF-8 as <c>%XX</c>. Upper case is written so too, as some file systems hold <c>A</c> and <c>a</c> for one name.
/// A name that would be too long ends in the key's SHA-256.
/// </summary>
static class FileNames
{
    /// <summary>Common file systems take 255 bytes.</summary>
    const int MaxLength = 200;

    public static string Of(string key)
    {
        var name = new StringBuilder();
        foreach (var value in Encoding.UTF8.GetBytes(key))
        {
            if (value is >= (byte)'a' and <= (byte)'z' or >= (byte)'0' and <= (byte)'9' or (byte)'-' or (byte)'_')
                name.Append((char)value);
            else
                name.Append('%').Append(value.ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
        }
        return name.Length <= MaxLength
            ? $"{name}.json"
            : $"{name.ToString(0, MaxLength - 65)}~{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))}.json";
    }
}
