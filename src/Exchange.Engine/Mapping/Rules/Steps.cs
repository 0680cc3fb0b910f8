using System.Text;
using System.Text.RegularExpressions;
using Exchange.Engine.Mapping.Terms;
using Exchange.Sdk;

namespace Exchange.Engine.Mapping.Rules;

/// <summary>The steps of one rule, in the order in which they are taken whatever the order in the document.</summary>
internal sealed record Steps
{
    public bool? Trim { get; init; }

    /// <summary>Texts that stand for no value.</summary>
    public IReadOnlyList<string>? Empty { get; init; }

    public SplitStep? Split { get; init; }

    public IReadOnlyList<ReplaceRule> Replace { get; init; } = [];

    public bool? UpperCase { get; init; }

    public PadRule? Pad { get; init; }

    public LookupRule? Lookup { get; init; }

    public ParseRule? Parse { get; init; }

    public Rule? Default { get; init; }
}

/// <summary>Splits text into the elements of an array, or takes one piece of it.</summary>
/// <param name="By">Separator, not empty.</param>
/// <param name="Take">Piece to take, from 1; null for all.</param>
internal sealed record SplitStep(string By, int? Take);

internal sealed record ReplaceRule(Regex Pattern, string With);

internal sealed record PadRule(int Length, Rune With, bool Left);

internal sealed record LookupRule(string Pointer, string Table, LookupMiss Miss);

/// <summary>Reads text as a value of some kind.</summary>
internal sealed record ParseRule(string Pointer, ValueKind As)
{
    public IReadOnlyList<string> Formats { get; init; } = [];

    public string? Culture { get; init; }

    public string? DecimalSeparator { get; init; }

    public string? GroupSeparator { get; init; }

    public int ImpliedDecimals { get; init; }

    public string? TimeZone { get; init; }

    public int? LastShortYear { get; init; }

    public IReadOnlyList<string>? True { get; init; }

    public IReadOnlyList<string>? False { get; init; }
}

/// <summary>What holds for the whole mapping unless a rule says otherwise.</summary>
internal sealed record Defaults
{
    public bool Trim { get; init; }

    public IReadOnlyList<string> Empty { get; init; } = [""];

    public string? Culture { get; init; }

    public string? TimeZone { get; init; }
}
