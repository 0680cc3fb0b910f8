using System.Collections.Concurrent;
using System.Globalization;

namespace Exchange.Engine.Schemas.Patterns;

/// <summary>The sets behind <c>\p{…}</c>: general categories, a few binary properties, and the Han script.</summary>
static class UnicodeProperties
{
    static readonly ConcurrentDictionary<string, CodePointSet> Known = new(StringComparer.Ordinal);

    static readonly Dictionary<string, string> LongNames = new(
        """
        Letter=L Cased_Letter=LC Uppercase_Letter=Lu Lowercase_Letter=Ll Titlecase_Letter=Lt Modifier_Letter=Lm
        Other_Letter=Lo Mark=M Combining_Mark=M Nonspacing_Mark=Mn Spacing_Mark=Mc Enclosing_Mark=Me Number=N
        Decimal_Number=Nd digit=Nd Letter_Number=Nl Other_Number=No Punctuation=P punct=P Connector_Punctuation=Pc
        Dash_Punctuation=Pd Open_Punctuation=Ps Close_Punctuation=Pe Initial_Punctuation=Pi Final_Punctuation=Pf
        Other_Punctuation=Po Symbol=S Math_Symbol=Sm Currency_Symbol=Sc Modifier_Symbol=Sk Other_Symbol=So
        Separator=Z Space_Separator=Zs Line_Separator=Zl Paragraph_Separator=Zp Other=C Control=Cc cntrl=Cc Format=Cf
        Private_Use=Co Unassigned=Cn
        """.Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries).Select(p => p.Split('=')).Select(p => KeyValuePair.Create(p[0], p[1])),
        StringComparer.Ordinal);

    /// <summary>Abbreviations of the general categories, in the order of <see cref="UnicodeCategory"/>.</summary>
    static readonly string[] Categories =
    [
        "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Co", "Pc", "Pd", "Ps", "Pe",
        "Pi", "Pf", "Po", "Sm", "Sc", "Sk", "So", "Cn",
    ];

    /// <summary>Han as of Unicode 16.</summary>
    static readonly CodePointSet Han = new(
        [(0x2E80, 0x2E99), (0x2E9B, 0x2EF3), (0x2F00, 0x2FD5), (0x3005, 0x3005), (0x3007, 0x3007), (0x3021, 0x3029), (0x3038, 0x303B),
         (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFA6D), (0xFA70, 0xFAD9), (0x16FE2, 0x16FE3), (0x16FF0, 0x16FF1), (0x20000, 0x2A6DF),
         (0x2A700, 0x2B739), (0x2B740, 0x2B81D), (0x2B820, 0x2CEA1), (0x2CEB0, 0x2EBE0), (0x2EBF0, 0x2EE5D), (0x2F800, 0x2FA1D), (0x30000, 0x3134A),
         (0x31350, 0x323AF)]);

    /// <exception cref="PatternException">The property is not known.</exception>
    public static CodePointSet Find(string expression) => Known.GetOrAdd(expression, static e => e switch
    {
        "Any" => CodePointSet.Any,
        "ASCII" => new CodePointSet([(0, 0x7F)]),
        "Assigned" => Category("Cn").Complement(),
        "Script=Han" or "sc=Han" or "Script_Extensions=Han" or "scx=Han" => Han,
        _ => Category(ShortName(e)),
    });

    static string ShortName(string expression)
    {
        var name = expression;
        foreach (var prefix in new[] { "General_Category=", "gc=" })
            name = name.StartsWith(prefix, StringComparison.Ordinal) ? name[prefix.Length..] : name;
        name = LongNames.GetValueOrDefault(name, name);
        if (name == "LC" || Categories.Any(c => c == name || c[..1] == name))
            return name;
        throw new PatternException($"\\p{{{expression}}} is not supported: use a general category such as \\p{{L}}, \\p{{Script=Han}}, or write the ranges as [\\u4e00-\\u9fff]");
    }

    static CodePointSet Category(string name)
    {
        var wanted = Categories.Select(c => name == "LC" ? c is "Lu" or "Ll" or "Lt" : c.StartsWith(name, StringComparison.Ordinal)).ToArray();
        var ranges = new List<(int, int)>();
        var start = -1;
        for (var point = 0; point <= CodePointSet.Last + 1; point++)
        {
            var inside = point <= CodePointSet.Last && wanted[(int)CharUnicodeInfo.GetUnicodeCategory(point)];
            if (inside && start < 0)
                start = point;
            if (inside || start < 0)
                continue;
            ranges.Add((start, point - 1));
            start = -1;
        }
        return new CodePointSet(ranges);
    }
}
