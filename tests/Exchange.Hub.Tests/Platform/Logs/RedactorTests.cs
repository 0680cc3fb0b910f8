using CsCheck;
using Exchange.Hub.Platform;

namespace Exchange.Hub.Tests.Platform;

public sealed class RedactorTests
{
    [Test]
    public void No_learned_secret_survives_wherever_it_stands() =>
        Gen.Select(Gen.String[Gen.Char.AlphaNumeric, 6, 20].Array[1, 5], Gen.String, Gen.String).Sample((secrets, before, after) =>
        {
            var redactor = new Redactor();
            foreach (var secret in secrets)
                redactor.Learn(secret);
            return secrets.All(secret => !redactor.Redact(before + secret + after).Contains(secret, StringComparison.Ordinal));
        });

    [Test]
    public void Tokens_are_blanked_without_having_been_learned() =>
        Assert.That(new Redactor().Redact($"Authorization: Bearer {Token.Create()}!"), Is.EqualTo("Authorization: Bearer exh_***!"));

    [Test]
    public void Texts_too_short_to_be_secrets_and_everything_else_stay()
    {
        var redactor = new Redactor();
        redactor.Learn("id");
        redactor.Learn(null);
        Assert.That(redactor.Redact("the id of exh_ is void"), Is.EqualTo("the id of exh_ is void"));
    }
}
