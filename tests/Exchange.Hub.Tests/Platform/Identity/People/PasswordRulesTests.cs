using System.Buffers.Binary;
using System.Text;
using Exchange.Hub.Platform;
using Microsoft.AspNetCore.Cryptography.KeyDerivation;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace Exchange.Hub.Tests.Platform;

public sealed class PasswordRulesTests
{
    [TestCase("turnip lantern orbit")]
    [TestCase("红星商店在河的左边靠近桥头")]
    [TestCase("8274 9163 5508 2247")]
    [TestCase("no capitals and no digits needed")]
    [TestCase("Exchange of letters by night")]
    public void A_password_that_nobody_would_guess_will_do(string password) => Assert.That(Fault(password), Is.Null);

    [TestCase("turnip lant", "fewer than 12")]
    [TestCase("红星商店在河的左边", "fewer than 12")]
    [TestCase("aaaaaaaaaaaaaa", "repeats")]
    [TestCase("abcabcabcabcab", "repeats")]
    [TestCase("abcdefghijklmn", "sequence")]
    [TestCase("456789012345", "sequence")]
    [TestCase("210987654321", "sequence")]
    [TestCase("P@ssw0rd-2026!", "tried first")]
    [TestCase("123password123", "tried first")]
    [TestCase("Administrator1", "tried first")]
    [TestCase("1q2w3e4r5t6y", "tried first")]
    [TestCase("i l0ve y0u forever", "tried first")]
    [TestCase("li.wei@city.example", "mostly the name")]
    [TestCase("Wei-Exchange-77", "mostly the name")]
    [TestCase("twelve chars\u0007", "typed again")]
    public void A_password_that_is_tried_first_will_not_and_is_told_why(string password, string why) => Assert.That(Fault(password), Does.Contain(why));

    [Test]
    public void Length_is_counted_in_characters_as_people_see_them() =>
        Assert.That(
            (Fault(string.Concat(Enumerable.Range(0, 11).Select(i => char.ConvertFromUtf32(0x20000 + (i * 37))))), Fault(string.Concat(Enumerable.Range(0, 128).Select(i => char.ConvertFromUtf32(0x20000 + (i * 37)))))),
            Is.EqualTo(("has fewer than 12 characters", (string?)null)));

    [Test]
    public void More_than_128_characters_are_too_many() => Assert.That(Fault(string.Concat(Enumerable.Range(0, 129).Select(i => (char)('一' + (i * 7))))), Does.Contain("more than 128"));

    [Test]
    public void The_same_password_composed_in_another_way_is_the_same_password() =>
        Assert.That(PasswordRules.Normalize("Ｃafe\u0301 au lait"), Is.EqualTo(PasswordRules.Normalize("Caf\u00e9 au lait")).And.EqualTo("Café au lait".Normalize(NormalizationForm.FormKC)));

    /// <summary>Other tests' hubs hash cheaply. By the layout of Identity's version 3: marker, function, iterations, each of the numbers big-endian.</summary>
    [Test]
    public void Passwords_are_hashed_by_SHA512_in_210000_rounds()
    {
        using var services = new ServiceCollection().AddLogging().AddPeople().BuildServiceProvider();
        var person = new Person { Id = Guid.NewGuid(), Email = "li.wei@city.example", Name = "Li Wei", CreatedAt = DateTimeOffset.UnixEpoch, CreatedBy = "test" };
        var hasher = services.GetRequiredService<IPasswordHasher<Person>>();
        var hash = Convert.FromBase64String(hasher.HashPassword(person, "turnip lantern orbit"));
        Assert.That((hash[0], BinaryPrimitives.ReadInt32BigEndian(hash.AsSpan(1)), BinaryPrimitives.ReadInt32BigEndian(hash.AsSpan(5))), Is.EqualTo(((byte)1, (int)KeyDerivationPrf.HMACSHA512, 210_000)));
    }

    static string? Fault(string password) => PasswordRules.Fault(password, "Li Wei", "li.wei@city.example");
}
