namespace Exchange.Engine.Schemas.Patterns;

/// <summary>A set of Unicode code points as sorted, disjoint ranges. Surrogates are never in it.</summary>
sealed class CodePointSet
{
    public const int Last = 0x10FFFF;

    /// <summary>Every code point.</summary>
    public static CodePointSet Any { get; } = new([(0, Last)]);

    /// <summary>What <c>\d</c> means in ECMA-262.</summary>
    public static CodePointSet Digits { get; } = new([('0', '9')]);

    /// <summary>What <c>\w</c> means in ECMA-262.</summary>
    public static CodePointSet WordCharacters { get; } = new([('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')]);

    /// <summary>What <c>\s</c> means in ECMA-262: white space and line terminators.</summary>
    public static CodePointSet Space { get; } = new(
        [('\t', '\r'), (' ', ' '), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A), (0x2028, 0x2029), (0x202F, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000), (0xFEFF, 0xFEFF)]);

    /// <summary>What <c>.</c> means: everything but line terminators.</summary>
    public static CodePointSet NotLineEnd { get; } = new CodePointSet([('\n', '\n'), ('\r', '\r'), (0x2028, 0x2029)]).Complement();

    public CodePointSet(IEnumerable<(int Low, int High)> ranges)
    {
        var merged = new List<(int Low, int High)>();
        foreach (var (low, high) in WithoutSurrogates(ranges).OrderBy(r => r.Low))
        {
            if (merged.Count > 0 && low <= merged[^1].High + 1)
                merged[^1] = (merged[^1].Low, Math.Max(merged[^1].High, high));
            else
                merged.Add((low, high));
        }
        Ranges = [.. merged];
    }

    public (int Low, int High)[] Ranges { get; }

    public CodePointSet Complement()
    {
        var gaps = new List<(int, int)>();
        var next = 0;
        foreach (var (low, high) in Ranges)
        {
            if (low > next)
                gaps.Add((next, low - 1));
            next = high + 1;
        }
        if (next <= Last)
            gaps.Add((next, Last));
        return new CodePointSet(gaps);
    }

    static IEnumerable<(int Low, int High)> WithoutSurrogates(IEnumerable<(int Low, int High)> ranges)
    {
        foreach (var (low, high) in ranges)
        {
            if (low < 0xD800)
                yield return (low, Math.Min(high, 0xD7FF));
            if (high > 0xDFFF)
                yield return (Math.Max(low, 0xE000), high);
        }
    }
}
