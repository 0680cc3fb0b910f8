using System.Text;

namespace Exchange.Connectors.Csv;

/// <summary>Private-use characters that the framework's code pages produce where something better is known.</summary>
static class PrivateUse
{
    const int Gbk = 936;
    const int Gb18030 = 54936;

    // GB 18030-2005 and -2022 gave these two-byte codes Unicode characters of their own; the framework still maps them
    // as the edition of 2000 did, to the private use area. Six of them lie in CJK Extension B.
    static readonly Dictionary<char, string> AssignedSince2000 = new()
    {
        ['\uE78D'] = "\uFE10",
        ['\uE78E'] = "\uFE12",
        ['\uE78F'] = "\uFE11",
        ['\uE790'] = "\uFE13",
        ['\uE791'] = "\uFE14",
        ['\uE792'] = "\uFE15",
        ['\uE793'] = "\uFE16",
        ['\uE794'] = "\uFE17",
        ['\uE795'] = "\uFE18",
        ['\uE796'] = "\uFE19",
        ['\uE7C7'] = "\u1E3F",
        ['\uE81E'] = "\u9FB4",
        ['\uE826'] = "\u9FB5",
        ['\uE82B'] = "\u9FB6",
        ['\uE82C'] = "\u9FB7",
        ['\uE832'] = "\u9FB8",
        ['\uE843'] = "\u9FB9",
        ['\uE854'] = "\u9FBA",
        ['\uE864'] = "\u9FBB",
        ['\uE816'] = "\U00020087",
        ['\uE817'] = "\U00020089",
        ['\uE818'] = "\U000200CC",
        ['\uE831'] = "\U000215D7",
        ['\uE83B'] = "\U0002298F",
        ['\uE855'] = "\U000241FE",
    };

    /// <summary>The text with today's characters of GB 18030, or null when nothing changes.</summary>
    public static string? Assigned(ReadOnlySpan<char> text, int codePage)
    {
        if (codePage is not (Gbk or Gb18030) || !text.ContainsAnyInRange('\uE78D', '\uE864'))
            return null;
        var assigned = new StringBuilder(text.Length + 8);
        foreach (var character in text)
            _ = AssignedSince2000.TryGetValue(character, out var better) ? assigned.Append(better) : assigned.Append(character);
        return assigned.ToString();
    }

    /// <summary>
    /// Index of a character that stands for a byte which the code page does not define, or -1. Windows code pages map
    /// such bytes to the end of the private use area instead of calling them invalid.
    /// </summary>
    public static int UndefinedIn(ReadOnlySpan<char> text, int codePage) =>
        codePage is Gb18030 or (>= 10000 and < 10100) or 1200 or 1201 or 12000 or 12001 ? -1 : text.IndexOfAnyInRange('\uF8F0', '\uF8FF');
}
