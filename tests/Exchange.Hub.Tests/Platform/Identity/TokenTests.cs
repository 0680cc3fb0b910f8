using CsCheck;
using Exchange.Hub.Platform;

namespace Exchange.Hub.Tests.Platform;

public sealed class TokenTests
{
    [Test]
    public void Tokens_are_well_formed_and_begin_with_what_leak_scanners_look_for()
    {
        for (var i = 0; i < 100; i++)
        {
            var token = Token.Create();
            Assert.That(Token.IsWellFormed(token), token);
            Assert.That(token, Does.Match("^exh_[0-9A-Za-z]{36}$"));
        }
    }

    [Test]
    public void A_mistyped_character_shows_without_asking_the_database()
    {
        var token = Token.Create();
        Gen.Select(Gen.Int[0, token.Length - 1], Gen.Char.AlphaNumeric).Where(change => token[change.Item1] != change.Item2)
            .Sample((at, character) => !Token.IsWellFormed(token[..at] + character + token[(at + 1)..]));
    }

    [TestCase("")]
    [TestCase("exh_")]
    [TestCase("password")]
    public void What_is_no_token_is_refused(string text) => Assert.That(Token.IsWellFormed(text), Is.False);
}
