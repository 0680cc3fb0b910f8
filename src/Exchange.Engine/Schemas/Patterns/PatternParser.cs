using System.Globalization;
using System.Text;

namespace Exchange.Engine.Schemas.Patterns;

/// <summary>
/// Parses a pattern as ECMA-262 with the <c>u</c> flag reads it, which is what JSON Schema asks for. Laxer than that in
/// one point, because patterns in the wild are: punctuation may be escaped needlessly, as in <c>\-</c>.
/// </summary>
sealed partial class PatternParser
{
    const int MaxDepth = 100;
    readonly int[] pattern;
    readonly Dictionary<string, int> groupNames = [];
    readonly int groupCount;
    int at;
    int groups;
    int depth;

    PatternParser(string text)
    {
        pattern = [.. text.EnumerateRunes().Select(r => r.Value)];
        groupCount = CountGroups();
    }

    /// <exception cref="PatternException">The text is no pattern.</exception>
    public static PatternNode Parse(string text)
    {
        var parser = new PatternParser(text);
        var node = parser.ParseAlternatives();
        return parser.at == parser.pattern.Length ? node : throw parser.Wrong("a ')' stands without its '('");
    }

    bool More => at < pattern.Length;

    int Next => at < pattern.Length ? pattern[at] : -1;

    PatternException Wrong(string reason) => new(string.Create(CultureInfo.InvariantCulture, $"it is no regular expression: {reason} (character {at + 1})"));

    bool Take(string expected)
    {
        if (at + expected.Length > pattern.Length)
            return false;
        for (var i = 0; i < expected.Length; i++)
        {
            if (pattern[at + i] != expected[i])
                return false;
        }
        at += expected.Length;
        return true;
    }

    PatternNode ParseAlternatives()
    {
        if (++depth > MaxDepth)
            throw new PatternException("its groups are nested too deep");
        var options = new List<PatternNode> { ParseSequence() };
        while (Take("|"))
            options.Add(ParseSequence());
        depth--;
        return options.Count == 1 ? options[0] : new AlternativesNode(options);
    }

    SequenceNode ParseSequence()
    {
        var parts = new List<PatternNode>();
        while (More && Next != '|' && Next != ')')
            parts.Add(ParseQuantified());
        return new SequenceNode(parts);
    }

    PatternNode ParseQuantified()
    {
        var part = ParseAtom();
        if (!TryParseQuantifier(out var min, out var max))
            return part;
        if (part is StartNode or EndNode or WordBoundaryNode or LookNode)
            throw Wrong("a quantifier stands behind something that matches no character");
        Take("?"); // Lazy or not, the same texts match.
        return new RepeatNode(part, min, max);
    }

    bool TryParseQuantifier(out int min, out int? max)
    {
        (min, max) = (0, null);
        if (Take("*"))
            return true;
        if (Take("+"))
        {
            min = 1;
            return true;
        }
        if (Take("?"))
        {
            max = 1;
            return true;
        }
        var start = at;
        if (!Take("{") || !TryParseCount(out min))
        {
            at = start;
            return false;
        }
        max = min;
        if (Take(","))
            max = TryParseCount(out var upper) ? upper : null;
        if (!Take("}"))
        {
            at = start;
            return false;
        }
        return max is null || max >= min ? true : throw Wrong("a quantifier's bounds are the wrong way round");
    }

    bool TryParseCount(out int count)
    {
        count = 0;
        var start = at;
        for (; Next is >= '0' and <= '9'; at++)
            count = (int)Math.Min((count * 10L) + Next - '0', int.MaxValue);
        return at > start;
    }

    PatternNode ParseAtom()
    {
        var sign = pattern[at];
        switch (sign)
        {
            case '^':
                at++;
                return new StartNode();
            case '$':
                at++;
                return new EndNode();
            case '.':
                at++;
                return new CharacterNode(CodePointSet.NotLineEnd);
            case '(':
                at++;
                return ParseGroup();
            case '[':
                at++;
                return new CharacterNode(ParseClass());
            case '\\':
                at++;
                return ParseEscape();
            case '*' or '+' or '?':
                throw Wrong("a quantifier has nothing to repeat");
            default:
                at++;
                return Literal(sign);
        }
    }

    static CharacterNode Literal(int point) => new(new CodePointSet([(point, point)]));

    PatternNode ParseGroup()
    {
        var look = TryParseLook(out var behind, out var negated);
        var number = 0;
        if (!look && !Take("?:"))
        {
            number = ++groups;
            if (Take("?<"))
                groupNames.TryAdd(ParseName('>'), number);
            else if (Next == '?')
                throw Wrong("this kind of group does not exist in ECMA-262");
        }
        var inner = ParseAlternatives();
        if (!Take(")"))
            throw Wrong("a '(' stands without its ')'");
        if (look)
            return new LookNode(inner, behind, negated);
        return number > 0 ? new CaptureNode(inner, number) : inner;
    }

    bool TryParseLook(out bool behind, out bool negated)
    {
        behind = negated = false;
        if (Take("?="))
            return true;
        negated = Take("?!");
        if (negated)
            return true;
        behind = true;
        if (Take("?<="))
            return true;
        negated = Take("?<!");
        return negated;
    }

    string ParseName(char end)
    {
        var name = new StringBuilder();
        while (More && Next != end)
            name.Append(new Rune(pattern[at++]).ToString());
        if (!Take(end.ToString()) || name.Length == 0)
            throw Wrong("a name is not closed");
        return name.ToString();
    }

    /// <summary>Counts the groups beforehand, because <c>\1</c> may stand before its group.</summary>
    int CountGroups()
    {
        var count = 0;
        var inClass = false;
        for (var i = 0; i < pattern.Length; i++)
        {
            if (pattern[i] == '\\')
                i++;
            else if (pattern[i] is '[' or ']')
                inClass = pattern[i] == '[';
            else if (pattern[i] == '(' && !inClass && (i + 1 >= pattern.Length || pattern[i + 1] != '?' || IsNamedGroup(i)))
                count++;
        }
        return count;
    }

    bool IsNamedGroup(int open) => open + 3 < pattern.Length && pattern[open + 2] == '<' && pattern[open + 3] is not ('=' or '!');
}
