using System.Security.Cryptography;

namespace Exchange.Engine.Records;

/// <summary>
/// HMAC-SHA256 (RFC 2104) under one key. Preparing a key costs as much as hashing a short value, so each thread keeps
/// the key that it used last prepared. Thread-safe.
/// </summary>
sealed class KeyedHash(ReadOnlyMemory<byte> key)
{
    [ThreadStatic]
    static (KeyedHash Owner, IncrementalHash Hash)? prepared;

    /// <summary>Computes the hash of a value.</summary>
    /// <param name="value">Any bytes.</param>
    /// <param name="hash">Takes 32 bytes.</param>
    public void Compute(ReadOnlySpan<byte> value, Span<byte> hash)
    {
        if (prepared?.Owner != this)
        {
            prepared?.Hash.Dispose();
            prepared = (this, IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key.Span));
        }
        var ready = prepared.Value.Hash;
        ready.AppendData(value);
        ready.GetHashAndReset(hash);
    }
}
