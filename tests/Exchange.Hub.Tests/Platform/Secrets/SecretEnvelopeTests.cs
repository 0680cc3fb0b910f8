using System.Security.Cryptography;
using CsCheck;
using Exchange.Hub.Platform;

namespace Exchange.Hub.Tests.Platform;

public sealed class SecretEnvelopeTests
{
    static readonly byte[] Key = RandomNumberGenerator.GetBytes(32);

    [Test]
    public void What_was_sealed_opens_again() =>
        Gen.String.Where(text => !text.Any(char.IsSurrogate)).Sample(secret => SecretEnvelope.Open(SecretEnvelope.Seal(secret, "name", "key", Key), "name", "key", Key) == secret);

    [Test]
    public void Any_bit_that_is_changed_keeps_it_shut()
    {
        var envelope = SecretEnvelope.Seal("a secret", "name", "key", Key);
        Gen.Int[0, (envelope.Length * 8) - 1].Sample(bit =>
        {
            var altered = envelope.ToArray();
            altered[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.That(() => SecretEnvelope.Open(altered, "name", "key", Key), Throws.InstanceOf<CryptographicException>());
        });
    }

    [Test]
    public void It_opens_for_no_other_name_and_no_other_key()
    {
        var envelope = SecretEnvelope.Seal("a secret", "name", "key", Key);
        Assert.That(() => SecretEnvelope.Open(envelope, "other", "key", Key), Throws.InstanceOf<CryptographicException>());
        Assert.That(() => SecretEnvelope.Open(envelope, "name", "other", Key), Throws.InstanceOf<CryptographicException>());
        Assert.That(() => SecretEnvelope.Open(envelope, "name", "key", RandomNumberGenerator.GetBytes(32)), Throws.InstanceOf<CryptographicException>());
        Assert.That(() => SecretEnvelope.Open([], "name", "key", Key), Throws.InstanceOf<CryptographicException>());
    }

    [Test]
    public void The_same_secret_never_looks_the_same_twice()
    {
        var envelopes = Enumerable.Range(0, 100).Select(_ => Convert.ToHexString(SecretEnvelope.Seal("a secret", "name", "key", Key)));
        Assert.That(envelopes, Is.Unique);
    }
}
