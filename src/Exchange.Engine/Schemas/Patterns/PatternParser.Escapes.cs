namespace Exchange.Engine.Schemas.Patterns;

/// <content>Escapes and character classes.</content>
sealed partial class PatternParser
{
    PatternNode ParseEscape()
    {
        if (!More)
            throw Wrong("it ends with a backslash");
        var sign = pattern[at];
        if (sign is 'b' or 'B')
        {
            at++;
            return new WordBoundaryNode(sign == 'B');
        }
        if (sign is >= '1' and <= '9')
        {
            TryParseCount(out var group);
            return group <= groupCount ? new BackReferenceNode(group) : throw Wrong($"\\{group} refers to a group that does not exist");
        }
        if (Take("k<"))
        {
            var name = ParseName('>');
            return groupNames.TryGetValue(name, out var number) ? new BackReferenceNode(number) : throw Wrong($"\\k<{name}> refers to a group that does not stand before it");
        }
        return TryParseSetEscape(out var set) ? new CharacterNode(set) : Literal(ParseCharacterEscape());
    }

    /// <summary><c>\d \D \w \W \s \S \p{…} \P{…}</c></summary>
    bool TryParseSetEscape(out CodePointSet set)
    {
        var sign = pattern[at];
        CodePointSet? found = (sign | 0x20) switch
        {
            'd' => CodePointSet.Digits,
            'w' => CodePointSet.WordCharacters,
            's' => CodePointSet.Space,
            _ => null,
        };
        if (found is not null)
            at++;
        else if (Take("p{") || Take("P{"))
            found = UnicodeProperties.Find(ParseName('}'));
        set = found is null || sign >= 'a' ? found ?? CodePointSet.Any : found.Complement();
        return found is not null;
    }

    int ParseCharacterEscape()
    {
        var sign = pattern[at++];
        switch (sign)
        {
            case 't':
                return '\t';
            case 'n':
                return '\n';
            case 'v':
                return '\v';
            case 'f':
                return '\f';
            case 'r':
                return '\r';
            case '0' when Next is not (>= '0' and <= '9'):
                return 0;
            case 'c' when Next is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z'):
                return pattern[at++] & 31;
            case 'x':
                return ParseHex(2);
            case 'u':
                return ParseUnicodeEscape();
            default:
                if (sign > 0x7F || sign == '_' || char.IsAsciiLetterOrDigit((char)sign))
                    throw Wrong($"\\{char.ConvertFromUtf32(sign)} does not exist in ECMA-262");
                return sign;
        }
    }

    int ParseUnicodeEscape()
    {
        if (Take("{"))
        {
            long point = 0;
            for (; More && Uri.IsHexDigit((char)Next); at++)
                point = Math.Min((point * 16) + Convert.ToInt32(((char)Next).ToString(), 16), int.MaxValue);
            return Take("}") && point <= CodePointSet.Last ? (int)point : throw Wrong("\\u{…} holds no code point");
        }
        var high = ParseHex(4);
        var start = at;
        if (high is >= 0xD800 and <= 0xDBFF && Take("\\u") && Next != '{' && ParseHex(4) is var low && low is >= 0xDC00 and <= 0xDFFF)
            return char.ConvertToUtf32((char)high, (char)low);
        at = start;
        return high;
    }

    int ParseHex(int length)
    {
        var value = 0;
        for (var i = 0; i < length; i++, at++)
        {
            if (!More || Next > 'f' || !Uri.IsHexDigit((char)Next))
                throw Wrong($"{length} hexadecimal digits should stand here");
            value = (value * 16) + Convert.ToInt32(((char)Next).ToString(), 16);
        }
        return value;
    }

    CodePointSet ParseClass()
    {
        var negated = Take("^");
        var ranges = new List<(int Low, int High)>();
        while (Next != ']')
        {
            if (!More)
                throw Wrong("a '[' stands without its ']'");
            ParseClassPart(ranges);
        }
        at++;
        var set = new CodePointSet(ranges);
        return negated ? set.Complement() : set;
    }

    void ParseClassPart(List<(int Low, int High)> ranges)
    {
        if (TryParseClassSet(ranges))
            return;
        var low = ParseClassCharacter();
        var dash = at;
        if (!Take("-") || Next == ']')
        {
            at = dash;
            ranges.Add((low, low));
            return;
        }
        if (TryParseClassSet(ranges))
            throw Wrong("a range ends with a set of characters");
        var high = ParseClassCharacter();
        ranges.Add(high >= low ? (low, high) : throw Wrong("a range is the wrong way round"));
    }

    bool TryParseClassSet(List<(int Low, int High)> ranges)
    {
        if (Next != '\\' || at + 1 >= pattern.Length)
            return false;
        at++;
        if (TryParseSetEscape(out var set))
        {
            ranges.AddRange(set.Ranges);
            return true;
        }
        at--;
        return false;
    }

    int ParseClassCharacter()
    {
        if (!More)
            throw Wrong("a '[' stands without its ']'");
        if (!Take("\\"))
            return pattern[at++];
        if (!More)
            throw Wrong("it ends with a backslash");
        return Take("b") ? '\b' : ParseCharacterEscape();
    }
}
