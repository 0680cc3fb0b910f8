using System.Text;

namespace Exchange.Engine.Schemas.Patterns;

/// <summary>
/// The coarsest partition of all code points such that every set of a pattern is a union of classes: an automaton
/// then needs one column per class, however large the sets are.
/// </summary>
sealed class CodePointClasses
{
    readonly int[] starts;
    readonly byte[] classAt;
    readonly byte[] ascii = new byte[128];

    CodePointClasses(int[] starts, byte[] classAt, int count)
    {
        this.starts = starts;
        this.classAt = classAt;
        Count = count;
        for (var point = 0; point < ascii.Length; point++)
            ascii[point] = classAt[IntervalOf(point)];
    }

    /// <summary>Number of classes.</summary>
    public int Count { get; }

    /// <summary>Classes of the ASCII characters.</summary>
    public ReadOnlySpan<byte> Ascii => ascii;

    /// <summary>Null when there are more classes than fit a byte.</summary>
    public static CodePointClasses? TryBuild(PatternNode pattern)
    {
        CodePointSet[] sets = [.. SetsOf(pattern).Distinct()];
        int[] starts = [.. sets.SelectMany(s => s.Ranges).SelectMany(r => new[] { r.Low, r.High + 1 }).Append(0).Distinct().Order()];
        var members = Array.ConvertAll(starts, _ => new StringBuilder());
        foreach (var set in sets)
        {
            var range = 0;
            for (var i = 0; i < starts.Length; i++)
            {
                while (range < set.Ranges.Length && set.Ranges[range].High < starts[i])
                    range++;
                members[i].Append(range < set.Ranges.Length && set.Ranges[range].Low <= starts[i] ? '1' : '0');
            }
        }
        var signatures = members.Select(m => m.ToString()).Distinct().Select((s, i) => (s, i)).ToDictionary(p => p.s, p => p.i, StringComparer.Ordinal);
        return signatures.Count > byte.MaxValue ? null : new CodePointClasses(starts, [.. members.Select(m => (byte)signatures[m.ToString()])], signatures.Count);
    }

    static IEnumerable<CodePointSet> SetsOf(PatternNode node) => node switch
    {
        CharacterNode character => [character.Set],
        SequenceNode sequence => sequence.Parts.SelectMany(SetsOf),
        AlternativesNode alternatives => alternatives.Options.SelectMany(SetsOf),
        RepeatNode repeat => SetsOf(repeat.Part),
        CaptureNode capture => SetsOf(capture.Part),
        _ => [],
    };

    int IntervalOf(int point)
    {
        var found = Array.BinarySearch(starts, point);
        return found < 0 ? ~found - 1 : found;
    }

    /// <summary>Class of one code point.</summary>
    public byte Of(int point) => classAt[IntervalOf(point)];

    /// <summary>The classes a set consists of.</summary>
    public bool[] Of(CodePointSet set)
    {
        var classes = new bool[Count];
        foreach (var (low, high) in set.Ranges)
        {
            for (var i = IntervalOf(low); i < starts.Length && starts[i] <= high; i++)
                classes[classAt[i]] = true;
        }
        return classes;
    }
}
