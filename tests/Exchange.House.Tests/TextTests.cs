using System.Text;
using System.Text.RegularExpressions;

namespace Exchange.House.Tests;

/// <summary>Every text file is clean UTF-8, and tells nothing of the machine or the people it was written on.</summary>
public sealed partial class TextTests
{
    static readonly string[] Binary = [".db", ".gz", ".zip", ".png", ".ico", ".woff2"];

    static IEnumerable<SourceFile> Texts => SourceTree.Files.Where(file => !file.IsTestInput && !Binary.Contains(file.Extension));

    // The tools that write a solution begin it with a mark.
    [Test]
    public void Text_is_UTF_8_without_mark_in_lines_that_end_with_a_line_feed() =>
        Assert.That(Texts.Where(file => file.Extension != ".sln").Select(file => (file.Path, Fault: FaultOf(File.ReadAllBytes(file.FullPath)))).Where(file => file.Fault is not null), Is.Empty);

    [Test]
    public void No_line_ends_in_blanks() =>
        Assert.That(
            from file in Texts
            where file.Extension != ".md" // two blanks are a line break there
            from line in file.Lines.Index()
            where line.Item.EndsWith(' ') || line.Item.EndsWith('\t')
            select $"{file.Path}:{line.Index + 1}",
            Is.Empty);

    [Test]
    public void No_file_names_a_folder_of_somebodys_machine() =>
        Assert.That(Found(MachinePath()), Is.Empty);

    [Test]
    public void No_file_holds_what_looks_like_a_secret() =>
        Assert.That(Found(Secret()), Is.Empty);

    [TestCase("see /home/mei/exchange", true)]
    [TestCase("the framework/house", false)]
    public void A_folder_of_a_machine_is_recognised(string text, bool expected) => Assert.That(MachinePath().IsMatch(text), Is.EqualTo(expected));

    [TestCase("-----BEGIN PRIVATE" + " KEY-----", true)]
    [TestCase("exh_" + "aB3dE5fG7hJ9kL1mN3pQ5rS7tU9vW1xY3z5A", true)]
    [TestCase("Authorization: Bearer exh_…", false)]
    public void A_secret_is_recognised(string text, bool expected) => Assert.That(Secret().IsMatch(text), Is.EqualTo(expected));

    static IEnumerable<string> Found(Regex pattern) =>
        from file in SourceTree.Files
        where !Binary.Contains(file.Extension) && file.Name != $"{nameof(TextTests)}.cs"
        from line in file.Lines.Index()
        where pattern.IsMatch(line.Item)
        select $"{file.Path}:{line.Index + 1}";

    static string? FaultOf(byte[] bytes)
    {
        if (bytes.Length == 0)
            return "it is empty";
        if (bytes is [0xEF, 0xBB, 0xBF, ..])
            return "it begins with a byte order mark";
        if (bytes.AsSpan().Contains((byte)'\r'))
            return "it holds a carriage return";
        if (bytes[^1] != '\n')
            return "its last line does not end";
        return System.Text.Unicode.Utf8.IsValid(bytes) ? null : "it is not UTF-8";
    }

    [GeneratedRegex(@"(?<![\w./~-])/(work|root|home/\w+|Users/\w+|tmp/wt)/")]
    private static partial Regex MachinePath();

    [GeneratedRegex(@"exh_[0-9A-Za-z]{30,}|-----BEGIN [A-Z ]*PRIVATE KEY|\b(AKIA|ASIA)[0-9A-Z]{16}\b|\bgh[pousr]_[0-9A-Za-z]{30,}|\bxox[bp]-[0-9A-Za-z-]{20,}")]
    private static partial Regex Secret();
}
