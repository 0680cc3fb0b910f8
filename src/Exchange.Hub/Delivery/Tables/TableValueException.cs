using System.Security.Cryptography;
using System.Text;

namespace Exchange.Hub.Delivery.Tables;

/// <summary>A value that a column cannot hold. It tells neither the value nor the key.</summary>
sealed class TableValueException(string column, string reason) : Exception($"Column {column} cannot hold a value: {reason}")
{
    /// <summary>Hash of the record's key, by which those who have the record find it; null until it is known.</summary>
    public string? KeyHash { get; private set; }

    /// <summary>The same, with the record's key.</summary>
    public TableValueException Of(ReadOnlySpan<byte> key)
    {
        KeyHash = HashOf(key);
        return this;
    }

    /// <summary>How a key is told where it must not be: the first half of its SHA-256.</summary>
    public static string HashOf(ReadOnlySpan<byte> key) => Convert.ToHexStringLower(SHA256.HashData(key).AsSpan(0, 16));

    /// <inheritdoc cref="HashOf(ReadOnlySpan{byte})"/>
    public static string HashOf(string key) => HashOf(Encoding.UTF8.GetBytes(key));
}
