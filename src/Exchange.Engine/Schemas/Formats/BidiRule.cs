using System.Globalization;

namespace Exchange.Engine.Schemas.Formats;

/// <summary>
/// The Bidi rule for host names (RFC 5893 section 2). .NET does not have bidirectional classes: right-to-left letters
/// are told by their blocks.
/// </summary>
static class BidiRule
{
    enum Direction
    {
        Left,
        Right,
        EuropeanDigit,
        ArabicDigit,
        Mark,
        Neutral,
    }

    public static bool Holds(List<int[]> labels)
    {
        var classes = labels.ConvertAll(l => Array.ConvertAll(l, DirectionOf));
        var bidirectional = classes.Exists(l => l.Any(d => d is Direction.Right or Direction.ArabicDigit));
        return !bidirectional || classes.TrueForAll(HoldsForLabel);
    }

    static bool HoldsForLabel(Direction[] label)
    {
        var end = label.Length;
        while (end > 1 && label[end - 1] == Direction.Mark)
            end--;
        var last = label[end - 1];
        if (label[0] == Direction.Left)
            return last is Direction.Left or Direction.EuropeanDigit && !label.Any(d => d is Direction.Right or Direction.ArabicDigit);
        return label[0] == Direction.Right && last is Direction.Right or Direction.EuropeanDigit or Direction.ArabicDigit
            && !label.Contains(Direction.Left) && !(label.Contains(Direction.EuropeanDigit) && label.Contains(Direction.ArabicDigit));
    }

    static Direction DirectionOf(int point) => point switch
    {
        (>= '0' and <= '9') or (>= 0x6F0 and <= 0x6F9) => Direction.EuropeanDigit,
        >= 0x660 and <= 0x669 => Direction.ArabicDigit,
        '-' => Direction.Neutral,
        _ when CharUnicodeInfo.GetUnicodeCategory(point) == UnicodeCategory.NonSpacingMark => Direction.Mark,
        (>= 0x590 and <= 0x8FF) or (>= 0xFB1D and <= 0xFDFF) or (>= 0xFE70 and <= 0xFEFF) or (>= 0x10800 and <= 0x10FFF) or (>= 0x1E800 and <= 0x1EFFF) => Direction.Right,
        0xB7 or 0x375 or 0x30FB or 0x200C or 0x200D => Direction.Neutral,
        _ => Direction.Left,
    };
}
