using System.Globalization;
using System.Text;
using Exchange.Sdk;

namespace Exchange.Connectors.Csv;

/// <summary>Finds text encodings by the names that people use, and by byte order mark.</summary>
static class TextEncodings
{
    public const string Auto = "auto";

    // Names in use that the framework does not know.
    static readonly Dictionary<string, int> Aliases = new(StringComparer.OrdinalIgnoreCase)
    {
        ["utf8"] = 65001,
        ["gb-18030"] = 54936,
        ["ms932"] = 932,
        ["windows-31j"] = 932,
        ["ms936"] = 936,
        ["ms950"] = 950,
        ["big5-hkscs"] = 950,
        ["uhc"] = 949,
    };

    /// <summary>What is wrong with a declared encoding, or null.</summary>
    public static string? Problem(string name)
    {
        if (name == Auto || Find(name, new InvalidBytes()) is not null)
            return null;
        var near = NearestName.Of(name, [.. Aliases.Keys, "auto", "gb18030", "gbk", "gb2312", "shift_jis", "euc-jp", "euc-kr", "big5", "utf-8", "utf-16le", "utf-16be", "windows-1252", "windows-1251", "windows-1250", "iso-8859-1"]);
        return $"There is no encoding \"{name}\"." + (near is null ? " Give an IANA name such as gb18030, or a code page such as cp936." : $" Did you mean \"{near}\"?");
    }

    /// <summary>The encoding of that name that reports invalid bytes to <paramref name="invalid"/>; null when there is none.</summary>
    public static Encoding? Find(string name, InvalidBytes invalid)
    {
        var digits = name.StartsWith("cp", StringComparison.OrdinalIgnoreCase) ? name[2..] : name;
        var page = Aliases.TryGetValue(name, out var alias) ? alias
            : int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
        try
        {
            return page > 0
                ? CodePagesEncodingProvider.Instance.GetEncoding(page, EncoderFallback.ReplacementFallback, invalid) ?? Encoding.GetEncoding(page, EncoderFallback.ReplacementFallback, invalid)
                : CodePagesEncodingProvider.Instance.GetEncoding(name, EncoderFallback.ReplacementFallback, invalid) ?? Encoding.GetEncoding(name, EncoderFallback.ReplacementFallback, invalid);
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    /// <summary>The encoding that a byte order mark announces, and the length of the mark; null without one.</summary>
    public static (string? Name, int Length) ByteOrderMark(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith<byte>([0xEF, 0xBB, 0xBF]))
            return ("utf-8", 3);
        if (head.StartsWith<byte>([0xFF, 0xFE, 0, 0]))
            return ("utf-32le", 4);
        if (head.StartsWith<byte>([0, 0, 0xFE, 0xFF]))
            return ("utf-32be", 4);
        if (head.StartsWith<byte>([0xFF, 0xFE]))
            return ("utf-16le", 2);
        if (head.StartsWith<byte>([0xFE, 0xFF]))
            return ("utf-16be", 2);
        return head.StartsWith<byte>([0x84, 0x31, 0x95, 0x33]) ? ("gb18030", 4) : (null, 0);
    }

    /// <summary>Encodings that bytes which are not UTF-8 are likely to be in, most likely first, for a message.</summary>
    public static string Likely(ReadOnlySpan<byte> sample)
    {
        var (evenZeros, oddZeros) = Zeros(sample);
        // The separators and line breaks of UTF-16 have a zero byte, always on the same side.
        if (Math.Max(evenZeros, oddZeros) > 10 * Math.Min(evenZeros, oddZeros))
            return oddZeros > evenZeros ? "utf-16le" : "utf-16be";
        var fitting = new List<string>();
        var cut = sample.LastIndexOf((byte)'\n') is >= 0 and var last ? sample[..last] : sample; // not in the middle of a character
        foreach (var name in new[] { "gb18030", "big5", "shift_jis", "euc-kr" })
        {
            var invalid = new InvalidBytes();
            var text = Find(name, invalid)!.GetString(cut);
            // Western text decodes as a double-byte encoding too, but into a few stray ideographs between letters.
            if (invalid.Take() is null && !text.AsSpan().ContainsAnyInRange('\uE000', '\uF8FF') && Ideographs(text) * 4 > text.Count(c => c > 0x7F) * 3 && HasPairs(text))
                fitting.Add(name);
        }
        return string.Join(" or ", fitting.Append("windows-1252"));
    }

    static (int Even, int Odd) Zeros(ReadOnlySpan<byte> sample)
    {
        var (even, odd) = (0, 0);
        for (var i = 0; i < sample.Length; i++)
            _ = sample[i] != 0 ? 0 : i % 2 == 0 ? even++ : odd++;
        return (even, odd);
    }

    static int Ideographs(string text) => text.Count(c => c is >= '\u3040' and <= '\u9FFF' or >= '\uAC00' and <= '\uD7A3' or >= '\uFF00' and <= '\uFFEF');

    static bool HasPairs(string text) => text.Zip(text.Skip(1)).Any(pair => pair.First > '\u3000' && pair.Second > '\u3000');
}
