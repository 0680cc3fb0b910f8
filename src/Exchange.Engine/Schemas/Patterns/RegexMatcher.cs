using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Exchange.Engine.Schemas.Patterns;

/// <summary>What does not fit an automaton runs on .NET's regular expressions, translated.</summary>
sealed class RegexMatcher(Regex regex) : PatternMatcher
{
    /// <summary>A backtracking match that takes longer counts as none.</summary>
    static readonly TimeSpan TimeLimit = TimeSpan.FromMilliseconds(250);

    public override bool IsMatch(ReadOnlySpan<byte> utf8)
    {
        var chars = ArrayPool<char>.Shared.Rent(utf8.Length);
        try
        {
            return regex.IsMatch(chars.AsSpan(0, Encoding.UTF8.GetChars(utf8, chars)));
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
        finally
        {
            ArrayPool<char>.Shared.Return(chars);
        }
    }

    public static RegexMatcher Compile(PatternNode pattern, bool allowBacktracking)
    {
        var backtracks = NeedsBacktracking(pattern);
        if (backtracks && !allowBacktracking)
            throw new PatternException("it uses look-around or a back reference, which cannot be matched in linear time: rewrite it without (?=…), (?!…), (?<=…), (?<!…), \\1 and \\k<…>");
        var text = new StringBuilder();
        Write(pattern, text);
        var options = RegexOptions.CultureInvariant | (backtracks ? RegexOptions.None : RegexOptions.NonBacktracking);
        try
        {
            return new RegexMatcher(new Regex(text.ToString(), options, backtracks ? TimeLimit : Regex.InfiniteMatchTimeout));
        }
        catch (Exception error) when (error is NotSupportedException or ArgumentException)
        {
            throw new PatternException("it is too large to be matched in linear time: repeat less often, as in {1,100}");
        }
    }

    static bool NeedsBacktracking(PatternNode node) => node switch
    {
        LookNode or BackReferenceNode => true,
        SequenceNode sequence => sequence.Parts.Any(NeedsBacktracking),
        AlternativesNode alternatives => alternatives.Options.Any(NeedsBacktracking),
        RepeatNode repeat => NeedsBacktracking(repeat.Part),
        CaptureNode capture => NeedsBacktracking(capture.Part),
        _ => false,
    };

    static void Write(PatternNode node, StringBuilder text)
    {
        switch (node)
        {
            case CharacterNode character:
                WriteSet(character.Set, text);
                break;
            case SequenceNode sequence:
                foreach (var part in sequence.Parts)
                    Write(part, text);
                break;
            case AlternativesNode alternatives:
                WriteGroup("(?:", alternatives.Options, text);
                break;
            case CaptureNode capture:
                WriteGroup("(", [capture.Part], text);
                break;
            case RepeatNode repeat:
                WriteGroup("(?:", [repeat.Part], text);
                text.Append(CultureInfo.InvariantCulture, $"{{{repeat.Min},{repeat.Max}}}");
                break;
            case LookNode look:
                WriteGroup((look.Behind, look.Negated) switch { (false, false) => "(?=", (false, true) => "(?!", (true, false) => "(?<=", _ => "(?<!" }, [look.Part], text);
                break;
            case BackReferenceNode reference:
                text.Append(CultureInfo.InvariantCulture, $"(?:\\{reference.Group})");
                break;
            case WordBoundaryNode boundary:
                text.Append(boundary.Negated ? @"\B" : @"\b");
                break;
            default:
                text.Append(node is StartNode ? @"\A" : @"\z");
                break;
        }
    }

    static void WriteGroup(string open, IReadOnlyList<PatternNode> options, StringBuilder text)
    {
        text.Append(open);
        for (var i = 0; i < options.Count; i++)
        {
            if (i > 0)
                text.Append('|');
            Write(options[i], text);
        }
        text.Append(')');
    }

    /// <summary>.NET matches UTF-16 units: what lies beyond the basic plane becomes pairs.</summary>
    static void WriteSet(CodePointSet set, StringBuilder text)
    {
        var basic = new StringBuilder();
        var pairs = new List<string>();
        foreach (var (low, high) in set.Ranges)
        {
            if (low <= 0xFFFF)
                basic.Append(CultureInfo.InvariantCulture, $"\\u{low:x4}-\\u{Math.Min(high, 0xFFFF):x4}");
            for (var at = Math.Max(low, 0x10000); at <= high;)
            {
                // All of one high surrogate, or all of a run of them.
                var lead = (at - 0x10000) >> 10;
                var wholeLeads = (at & 0x3FF) == 0 ? ((high + 1 - 0x10000) >> 10) - lead : 0;
                var end = wholeLeads > 0 ? at + (wholeLeads << 10) - 1 : Math.Min(high, at | 0x3FF);
                pairs.Add(string.Create(CultureInfo.InvariantCulture, $"[\\u{0xD800 + lead:x4}-\\u{0xD800 + ((end - 0x10000) >> 10):x4}][\\u{0xDC00 + (at & 0x3FF):x4}-\\u{0xDC00 + (end & 0x3FF):x4}]"));
                at = end + 1;
            }
        }
        if (basic.Length > 0)
            pairs.Insert(0, $"[{basic}]");
        text.Append(pairs.Count == 0 ? @"[^\s\S]" : $"(?:{string.Join('|', pairs)})");
    }
}
