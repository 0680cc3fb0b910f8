using System.Globalization;
using Exchange.Engine.Mapping.Parsing;
using Exchange.Engine.Mapping.Rules;
using Exchange.Engine.Mapping.Terms;
using Exchange.Sdk;

namespace Exchange.Engine.Mapping;

/// <summary>Turns <c>parse</c> steps into terms.</summary>
internal sealed class ParseCompiler(Defaults defaults, ProblemList problems)
{
    static readonly string[] Truths = ["true", "1"];
    static readonly string[] Falsehoods = ["false", "0"];

    public Term Compile(ParseRule rule, Term source)
    {
        try
        {
            RequireSource(rule, source);
            return rule.As switch
            {
                ValueKind.Text => new ParseText(source),
                ValueKind.Integer or ValueKind.Decimal => new ParseNumber(source, FormatOf(rule), rule.As == ValueKind.Integer),
                ValueKind.Boolean => new ParseBoolean(source, rule.True ?? Truths, rule.False ?? Falsehoods),
                _ => Moment(rule, source),
            };
        }
        catch (FormatException exception)
        {
            problems.Add(rule.Pointer, exception.Message, "See \"parse\" in the description of the mapping language.");
            return ConstantTerm.Null;
        }
    }

    static void RequireSource(ParseRule rule, Term source)
    {
        var readable = rule.As switch
        {
            ValueKind.Text => Kinds.Any,
            ValueKind.Integer or ValueKind.Decimal => Kinds.Text | Kinds.Number,
            ValueKind.Boolean => Kinds.Text | Kinds.Number | Kinds.Boolean,
            ValueKind.Time => Kinds.Text | Kinds.Number | Kinds.Time | Kinds.LocalDateTime | Kinds.Instant,
            _ => Kinds.Text | Kinds.Number | Kinds.Date | Kinds.LocalDateTime | Kinds.Instant,
        };
        if (source.Kinds != Kinds.None && (source.Kinds & readable) == 0)
            throw new FormatException($"The {source.Kinds.Describe()} cannot be read as {rule.As.ToKinds().Describe()}.");
    }

    NumberFormat FormatOf(ParseRule rule)
    {
        if (rule.DecimalSeparator is null && rule.GroupSeparator is null)
            return (rule.Culture ?? defaults.Culture) is { } culture ? NumberFormat.Of(CultureOf(culture), rule.ImpliedDecimals) : new NumberFormat(".", "", rule.ImpliedDecimals);
        var (point, group) = (rule.DecimalSeparator ?? ".", rule.GroupSeparator ?? "");
        if (point.Length == 0 || point == group || (point + group).Any(c => char.IsAsciiDigit(c) || c == '-'))
            throw new FormatException("The separators of decimals and of groups must be different signs, and no digits.");
        return new NumberFormat(point, group, rule.ImpliedDecimals);
    }

    ParseMoment Moment(ParseRule rule, Term source)
    {
        IReadOnlyList<string> formats = rule.Formats.Count > 0 ? rule.Formats : DefaultFormats(rule.As);
        var culture = (rule.Culture ?? defaults.Culture) is { } name ? CultureOf(name) : CultureInfo.InvariantCulture;
        var patterns = formats.Select(format => DateTimePattern.Compile(format, culture, rule.LastShortYear ?? DateTimePattern.DefaultLastShortYear)).ToList();
        foreach (var (pattern, format) in patterns.Zip(formats))
        {
            if (rule.As != ValueKind.Time && !pattern.HasDate)
                throw new FormatException($"The format '{format}' names no year, month and day.");
            if (rule.As == ValueKind.Time && !pattern.HasTime)
                throw new FormatException($"The format '{format}' names no hour and minute.");
        }
        var zone = (rule.TimeZone ?? defaults.TimeZone) is { } id ? ZoneOf(id) : null;
        if (zone is null && rule.As == ValueKind.Instant && NeedsZone(source.Kinds, patterns))
            throw new FormatException("A local time is no instant without a time zone. Add for example \"timeZone\": \"Asia/Shanghai\", here or in \"defaults\".");
        if (zone is null && rule.As != ValueKind.Instant && (source.Kinds & Kinds.Instant) != 0 && source.Kinds != Kinds.Any)
            throw new FormatException("An instant has a local date and time only in a time zone. Add for example \"timeZone\": \"Asia/Shanghai\", here or in \"defaults\".");
        return new ParseMoment(source, rule.As, patterns, zone, string.Join(" or ", formats));
    }

    /// <summary>True when something other than an instant, or a text with its offset, may come.</summary>
    static bool NeedsZone(Kinds kinds, List<DateTimePattern> patterns) =>
        (kinds & (Kinds.Date | Kinds.LocalDateTime)) != 0 || ((kinds & (Kinds.Text | Kinds.Number)) != 0 && patterns.Any(pattern => !pattern.HasOffset));

    static string[] DefaultFormats(ValueKind kind) => kind switch
    {
        ValueKind.Date => ["yyyy-MM-dd"],
        ValueKind.Time => ["HH:mm:ss.F", "HH:mm"],
        ValueKind.LocalDateTime => ["yyyy-MM-ddTHH:mm:ss.F", "yyyy-MM-dd HH:mm:ss.F"],
        _ => ["yyyy-MM-ddTHH:mm:ss.Fzzz", "yyyy-MM-dd HH:mm:ss.Fzzz"],
    };

    static CultureInfo CultureOf(string name)
    {
        try
        {
            return CultureInfo.GetCultureInfo(name, predefinedOnly: true);
        }
        catch (CultureNotFoundException)
        {
            throw new FormatException($"There is no culture '{name}'. Write for example de-DE, or give the separators with \"decimal\" and \"group\".");
        }
    }

    static TimeZoneInfo ZoneOf(string id)
    {
        try
        {
            return TimeZoneInfo.FindSystemTimeZoneById(id);
        }
        catch (Exception exception) when (exception is TimeZoneNotFoundException or InvalidTimeZoneException)
        {
            throw new FormatException($"There is no time zone '{id}'. Use a name of the IANA database, such as Asia/Shanghai or Europe/Berlin.");
        }
    }
}
