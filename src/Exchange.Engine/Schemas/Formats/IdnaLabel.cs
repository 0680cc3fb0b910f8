using System.Globalization;
using System.Text;

namespace Exchange.Engine.Schemas.Formats;

/// <summary>
/// Code points that may stand in a label, derived as RFC 5892 does, with its contextual rules (appendix A). Two
/// properties that .NET does not have are taken from ranges: scripts, and the joining type for ZERO WIDTH NON-JOINER.
/// </summary>
static class IdnaLabel
{
    public static bool IsValid(int[] label)
    {
        if (CharUnicodeInfo.GetUnicodeCategory(label[0]) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark)
            return false;
        for (var i = 0; i < label.Length; i++)
        {
            if (!(IsContextual(label[i]) ? HoldsInContext(label, i) : IsAllowed(label[i])))
                return false;
        }
        return true;
    }

    static bool IsContextual(int point) =>
        point is 0xB7 or 0x375 or 0x5F3 or 0x5F4 or 0x30FB or 0x200C or 0x200D or (>= 0x660 and <= 0x669) or (>= 0x6F0 and <= 0x6F9);

    static bool IsAllowed(int point)
    {
        if (point < 0x80)
            return point == '-' || char.IsAsciiLetterOrDigit((char)point);
        if (point is 0xDF or 0x3C2 or 0x6FD or 0x6FE or 0xF0B or 0x3007)
            return true;
        var oldHangul = point is (>= 0x1100 and <= 0x11FF) or (>= 0xA960 and <= 0xA97F) or (>= 0xD7B0 and <= 0xD7FF);
        if (oldHangul || point is 0x640 or 0x7FA or 0x302E or 0x302F or (>= 0x3031 and <= 0x3035) or 0x303B)
            return false;
        return CharUnicodeInfo.GetUnicodeCategory(point) is UnicodeCategory.LowercaseLetter or UnicodeCategory.OtherLetter
            or UnicodeCategory.ModifierLetter or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark
            or UnicodeCategory.DecimalDigitNumber && IsStable(point);
    }

    /// <summary>Unchanged by compatibility normalization and case folding.</summary>
    static bool IsStable(int point)
    {
        var text = char.ConvertFromUtf32(point);
        return text.Normalize(NormalizationForm.FormKC).ToLowerInvariant().Normalize(NormalizationForm.FormKC) == text;
    }

    static bool HoldsInContext(int[] label, int i)
    {
        var before = i > 0 ? label[i - 1] : -1;
        var after = i + 1 < label.Length ? label[i + 1] : -1;
        return label[i] switch
        {
            0xB7 => before == 'l' && after == 'l',
            0x375 => after is (>= 0x370 and <= 0x3FF) or (>= 0x1F00 and <= 0x1FFF),
            0x5F3 or 0x5F4 => before is >= 0x591 and <= 0x5F4,
            0x30FB => label.Any(IsJapaneseOrHan),
            0x200C => IsVirama(before) || JoinsForward(before) && JoinsBackward(after),
            0x200D => IsVirama(before),
            >= 0x6F0 => !label.Any(p => p is >= 0x660 and <= 0x669),
            _ => !label.Any(p => p is >= 0x6F0 and <= 0x6F9),
        };
    }

    static bool IsJapaneseOrHan(int point) =>
        point is (>= 0x3041 and <= 0x309F and not (0x3099 or 0x309A)) or (>= 0x30A1 and <= 0x30FF and not 0x30FB) or (>= 0x31F0 and <= 0x31FF)
            or 0x3005 or 0x3007 or (>= 0x3400 and <= 0x4DBF) or (>= 0x4E00 and <= 0x9FFF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x20000 and <= 0x323AF);

    /// <summary>Canonical combining class 9.</summary>
    static bool IsVirama(int point) =>
        point is 0x94D or 0x9CD or 0xA4D or 0xACD or 0xB4D or 0xBCD or 0xC4D or 0xCCD or 0xD3B or 0xD3C or 0xD4D or 0xDCA or 0xE3A or 0xEBA or 0xF84
            or 0x1039 or 0x103A or 0x1714 or 0x1734 or 0x17D2 or 0x1A60 or 0x1B44 or 0x1BAA or 0x1BAB or 0x1BF2 or 0x1BF3 or 0x2D7F
            or 0xA806 or 0xA8C4 or 0xA953 or 0xA9C0 or 0xAAF6 or 0xABED;

    static bool JoinsBackward(int point) =>
        point is (>= 0x620 and <= 0x64A and not (0x621 or 0x640)) or (>= 0x66E and <= 0x6D3) or (>= 0x710 and <= 0x74F) or (>= 0x7CA and <= 0x7EA);

    static bool JoinsForward(int point) =>
        JoinsBackward(point) && point is not ((>= 0x622 and <= 0x625) or 0x627 or 0x629 or (>= 0x62F and <= 0x632) or 0x648 or 0x671 or 0x673 or 0x675
            or 0x676 or 0x677 or (>= 0x688 and <= 0x699) or 0x6C0 or (>= 0x6C3 and <= 0x6CB) or 0x6CD or 0x6CF or 0x6D2 or 0x6D3);
}
