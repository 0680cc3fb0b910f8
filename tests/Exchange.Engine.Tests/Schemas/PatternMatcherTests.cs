using System.Text;
using System.Text.RegularExpressions;
using CsCheck;
using Exchange.Engine.Schemas.Patterns;

namespace Exchange.Engine.Tests.Schemas;

public class PatternMatcherTests
{
    static bool Matches(string pattern, string text, bool allowBacktracking = false) =>
        PatternMatcher.Compile(pattern, allowBacktracking).IsMatch(Encoding.UTF8.GetBytes(text));

    [TestCase("^[0-9]{18}$", "110101199003071234", true)]
    [TestCase("^[0-9]{18}$", "11010119900307123", false)]
    [TestCase("^[A-Z]{2}\\d{4}$", "BJ0001", true)]
    [TestCase("^[A-Z]{2}\\d{4}$", "BJ0001\n", false, Description = "$ is the end, not the last line")]
    [TestCase("^(draft|final)$", "final", true)]
    [TestCase("b+c", "aabbcc", true, Description = "not anchored")]
    [TestCase("^[\\u4e00-\\u9fa5]{2,4}$", "王小明", true)]
    [TestCase("^[\\u4e00-\\u9fa5]{2,4}$", "王", false)]
    [TestCase("^.{2}$", "🐲龍", true, Description = "code points, not UTF-16 units")]
    [TestCase("^\\d$", "٣", false, Description = "digits are ASCII")]
    [TestCase("^\\p{L}+$", "Ünïcode王", true)]
    [TestCase("^\\p{Script=Han}+$", "漢字", true)]
    [TestCase("^[^a]$", "王", true)]
    [TestCase("^a|b$", "ax", true)]
    [TestCase("^$", "", true)]
    [TestCase("^(a*)*$", "aaaa", true)]
    [TestCase("a{0}", "", true)]
    public void APatternMatchesAsEcmaScriptHasIt(string pattern, string text, bool expected) => Assert.That(Matches(pattern, text), Is.EqualTo(expected));

    [TestCase("^(a+)+$")]
    [TestCase("^(a|a)*$")]
    [TestCase("^(a|aa)+$")]
    public void APatternThatBacktracksForeverElsewhereAnswers(string pattern) =>
        Assert.That(Matches(pattern, new string('a', 100_000) + "!"), Is.False, "backtracking would take longer than the age of the universe");

    [TestCase("(?=a)b", "look-around")]
    [TestCase("(?<!a)b", "look-around")]
    [TestCase("(a)\\1", "back reference")]
    [TestCase("(", "without its ')'")]
    [TestCase("[b-a]", "wrong way round")]
    [TestCase("a**", "nothing to repeat")]
    [TestCase("\\a", "does not exist")]
    [TestCase("\\p{Script=Klingon}", "not supported")]
    public void APatternThatCannotBeUsedIsRefusedWithItsReason(string pattern, string reason) =>
        Assert.That(() => PatternMatcher.Compile(pattern, allowBacktracking: false), Throws.TypeOf<PatternException>().With.Message.Contains(reason));

    [Test]
    public void LookAroundRunsWhereBacktrackingIsAllowed()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Matches("^(?!x)[a-z]+$", "abc", allowBacktracking: true), Is.True);
            Assert.That(Matches("^(?!x)[a-z]+$", "xbc", allowBacktracking: true), Is.False);
            Assert.That(Matches("^(a|b)\\1$", "aa", allowBacktracking: true), Is.True);
            Assert.That(Matches("^(a|b)\\1$", "ab", allowBacktracking: true), Is.False);
        }
    }

    /// <summary>Random patterns over a few letters, on which .NET and ECMA-262 agree.</summary>
    static readonly Gen<string> Patterns = Gen.Recursive<string>((depth, inner) => depth > 4
        ? Gen.OneOfConst("a", "b", "王", ".", "[ab]", "[^a]", "[b-é]")
        : Gen.Frequency(
            (3, Gen.OneOfConst("a", "b", "王", ".", "[ab]", "[^a]", "[b-é]", "^", "(?:$)")),
            (2, Gen.Select(inner, inner, (x, y) => x + y)),
            (1, Gen.Select(inner, inner, (x, y) => $"(?:{x}|{y})")),
            (1, Gen.Select(inner, Gen.OneOfConst("*", "+", "?", "{2}", "{1,3}", "{2,}"), (x, q) => $"(?:{x}){q}"))));

    static readonly Gen<string> Texts = Gen.OneOfConst("a", "b", "c", "é", "王", "明").Array[0, 8].Select(string.Concat);

    [Test]
    public void TheAutomatonAgreesWithTheRegularExpressionsOfDotNet() => Gen.Select(Patterns, Texts).Sample(
        (pattern, text) => Matches(pattern, text) == Regex.IsMatch(text, pattern.Replace("$", "\\z", StringComparison.Ordinal), RegexOptions.CultureInvariant, TimeSpan.FromSeconds(5)),
        iter: 2_000);
}
