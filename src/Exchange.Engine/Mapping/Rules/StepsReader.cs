using System.Text;
using System.Text.Json;
using Exchange.Engine.Mapping.Parsing;
using Exchange.Engine.Mapping.Terms;
using Exchange.Sdk;

namespace Exchange.Engine.Mapping.Rules;

/// <summary>Reads the steps that a rule takes after it got its value.</summary>
internal static class StepsReader
{
    /// <summary>The steps in the order in which they are taken.</summary>
    public static readonly string[] Names = ["trim", "empty", "split", "replace", "case", "pad", "lookup", "parse", "default"];

    /// <summary>What <c>parse</c> makes of a text.</summary>
    public static readonly IReadOnlyDictionary<string, ValueKind> ParseKinds = new Dictionary<string, ValueKind>(StringComparer.Ordinal)
    {
        ["text"] = ValueKind.Text,
        ["integer"] = ValueKind.Integer,
        ["decimal"] = ValueKind.Decimal,
        ["boolean"] = ValueKind.Boolean,
        ["date"] = ValueKind.Date,
        ["time"] = ValueKind.Time,
        ["local-date-time"] = ValueKind.LocalDateTime,
        ["instant"] = ValueKind.Instant,
    };

    static readonly Dictionary<string, bool> Cases = new(StringComparer.Ordinal) { ["upper"] = true, ["lower"] = false };

    static readonly Dictionary<string, LookupMiss> Misses = new(StringComparer.Ordinal) { ["reject"] = LookupMiss.Reject, ["null"] = LookupMiss.Null, ["keep"] = LookupMiss.Keep };

    public static Steps Read(ObjectReader rule) => new()
    {
        Trim = rule.Flag("trim"),
        Empty = rule.Texts("empty"),
        Split = ReadSplit(rule),
        Replace = ReadReplace(rule),
        UpperCase = rule.Word("case", Cases),
        Pad = ReadPad(rule),
        Lookup = ReadLookup(rule),
        Parse = ReadParse(rule),
        Default = rule.Take("default") is { } value ? RuleReader.ReadConstant(value, rule.At("default"), rule.Problems) : null,
    };

    static SplitStep? ReadSplit(ObjectReader rule)
    {
        if (rule.Take("split") is not { } element)
            return null;
        string? by;
        int? take = null;
        if (element.ValueKind == JsonValueKind.String)
        {
            by = element.GetString();
        }
        else
        {
            var split = new ObjectReader(element, rule.At("split"), rule.Problems);
            by = split.Text("by");
            take = split.Count("take", 1, 10_000);
            split.Finish();
        }
        if (!string.IsNullOrEmpty(by))
            return new SplitStep(by, take);
        rule.Problems.Add(rule.At("split"), "The separator is missing.", "Write \"split\": \";\" or \"split\": { \"by\": \";\", \"take\": 1 }.");
        return null;
    }

    static IReadOnlyList<ReplaceRule> ReadReplace(ObjectReader rule)
    {
        if (rule.Take("replace") is not { } element)
            return [];
        if (element.ValueKind != JsonValueKind.Array)
            return [.. ReadReplacement(element, rule.At("replace"), rule.Problems)];
        return [.. element.EnumerateArray().SelectMany((item, i) => ReadReplacement(item, Pointer.Append(rule.At("replace"), i), rule.Problems))];
    }

    static ReplaceRule[] ReadReplacement(JsonElement element, string pointer, ProblemList problems)
    {
        var replace = new ObjectReader(element, pointer, problems);
        replace.Require("pattern", "Write { \"pattern\": \"…\", \"with\": \"…\" }.");
        var (pattern, with) = (replace.Text("pattern"), replace.Text("with") ?? "");
        replace.Finish();
        try
        {
            return pattern is null ? [] : [new ReplaceRule(SafePattern.Compile(pattern), with)];
        }
        catch (FormatException exception)
        {
            problems.Add(replace.At("pattern"), exception.Message, "Simplify the pattern.");
            return [];
        }
    }

    static PadRule? ReadPad(ObjectReader rule)
    {
        if (rule.Take("pad") is not { } element)
            return null;
        var pad = new ObjectReader(element, rule.At("pad"), rule.Problems);
        var (left, right, with) = (pad.Count("left", 1, PadStep.LengthLimit), pad.Count("right", 1, PadStep.LengthLimit), pad.Text("with") ?? " ");
        pad.Finish();
        if (left is null != right is null && Rune.DecodeFromUtf16(with, out var rune, out var used) == System.Buffers.OperationStatus.Done && used == with.Length)
            return new PadRule(left ?? right!.Value, rune, left is not null);
        rule.Problems.Add(rule.At("pad"), "It is not clear how to pad.", "Write { \"left\": 8, \"with\": \"0\" } or { \"right\": 8 }, with one character.");
        return null;
    }

    static LookupRule? ReadLookup(ObjectReader rule)
    {
        if (rule.Take("lookup") is not { } element)
            return null;
        if (element.ValueKind == JsonValueKind.String)
            return new LookupRule(rule.At("lookup"), element.GetString()!, LookupMiss.Reject);
        var lookup = new ObjectReader(element, rule.At("lookup"), rule.Problems);
        lookup.Require("table", "Name a table of \"tables\".");
        var (table, miss) = (lookup.Text("table"), lookup.Word("miss", Misses) ?? LookupMiss.Reject);
        lookup.Finish();
        return table is null ? null : new LookupRule(lookup.At("table"), table, miss);
    }

    static ParseRule? ReadParse(ObjectReader rule)
    {
        if (rule.Take("parse") is not { } element)
            return null;
        var pointer = rule.At("parse");
        if (element.ValueKind == JsonValueKind.String)
        {
            if (ParseKinds.TryGetValue(element.GetString()!, out var kind))
                return new ParseRule(pointer, kind);
            rule.Problems.Add(pointer, $"'{element.GetString()}' is nothing to parse as.", Nearest.Fix(element.GetString()!, [.. ParseKinds.Keys]));
            return null;
        }
        var parse = new ObjectReader(element, pointer, rule.Problems);
        parse.Require("as", "Say what the text stands for, such as \"as\": \"date\".");
        var read = new ParseRule(pointer, parse.Word("as", ParseKinds) ?? ValueKind.Null)
        {
            Formats = parse.Texts("format") ?? [],
            Culture = parse.Text("culture"),
            DecimalSeparator = parse.Text("decimal"),
            GroupSeparator = parse.Text("group"),
            ImpliedDecimals = parse.Count("impliedDecimals", 1, NumberFormat.ImpliedDecimalLimit) ?? 0,
            TimeZone = parse.Text("timeZone"),
            LastShortYear = parse.Count("lastShortYear", 99, 9999),
            True = parse.Texts("true"),
            False = parse.Texts("false"),
        };
        parse.Finish();
        return read.As == ValueKind.Null ? null : read;
    }
}
