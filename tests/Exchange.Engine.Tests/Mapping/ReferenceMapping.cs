using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;

namespace Exchange.Engine.Tests.Mapping;

/// <summary>A rule as it stands in a mapping, and what it means said again as slowly and plainly as possible.</summary>
sealed record ReferenceRule(string Json, Func<string?[], JsonNode?> Evaluate, bool IsScalar = true);

/// <summary>The row is rejected.</summary>
sealed class ReferenceReject(string code) : Exception(code)
{
    public string Code { get; } = code;
}

/// <summary>Random rules over four text columns, named A to D, and random cells for them.</summary>
static class ReferenceMapping
{
    public const string Tables = """ "tables": { "t": { "A": "alpha", "B": 2.50, "12": null } } """;

    static readonly string[] Columns = ["A", "B", "C", "D"];

    static readonly string[] Usual =
        ["", " ", "A", "B", "b", " A ", "12", "-7", "007", "1.234,5", "1.23,4", "0,10", "12345", "31.01.2024", "30.02.2024", "29.02.2023", "20240131", "x;y; ;z", ";", "é\"\\", "\u3000ü\t", "99999999999999999999999", "/|~{}"];

    public static readonly Gen<string?[]> Rows = Gen.OneOf(Gen.OneOfConst(Usual).Select(cell => (string?)cell), Gen.Const((string?)null), Gen.String["aA1 ;,.\"\\é中"].Select(cell => (string?)cell)).Array[4];

    static readonly Gen<int> Column = Gen.Int[0, 3];

    static string Name(int column) => $"\"{Columns[column]}\"";

    /// <summary>Empty text is no value.</summary>
    static string? Read(string? cell, bool trim = false) => (trim ? cell?.Trim() : cell) is { Length: > 0 } text ? text : null;

    static readonly Gen<ReferenceRule> Plain = Column.Select(c => new ReferenceRule(Name(c), row => Read(row[c])));

    static readonly Gen<ReferenceRule> Scalars = Gen.OneOf(
        Plain,
        Column.Select(c => new ReferenceRule($$"""{ "from": {{Name(c)}}, "trim": true, "case": "upper" }""", row => Read(row[c], trim: true)?.ToUpperInvariant())),
        Column.Select(c => new ReferenceRule($$"""{ "from": {{Name(c)}}, "empty": ["A", "007"] }""", row => row[c] is "A" or "007" ? null : row[c])),
        Column.Select(c => new ReferenceRule($$"""{ "from": {{Name(c)}}, "replace": { "pattern": "[0-9;]+", "with": "#" } }""", row => Read(row[c]) is { } text ? string.Join("#", SplitRuns(text)) : null)),
        Column.Select(c => new ReferenceRule($$"""{ "from": {{Name(c)}}, "pad": { "left": 4, "with": "中" } }""", row => Read(row[c]) is { } text ? new string('中', Math.Max(0, 4 - text.EnumerateRunes().Count())) + text : null)),
        Column.Select(c => new ReferenceRule($$"""{ "from": {{Name(c)}}, "split": { "by": ";", "take": 2 } }""", row => Read(row[c])?.Split(';').ElementAtOrDefault(1) is { Length: > 0 } piece ? piece : null)),
        Column.Select(c => new ReferenceRule($$"""{ "from": {{Name(c)}}, "parse": "integer" }""", row => Read(row[c]) is { } text ? WholeNumber(text.Trim()) : null)),
        Column.Select(c => new ReferenceRule($$"""{ "from": {{Name(c)}}, "parse": { "as": "decimal", "culture": "de-DE" } }""", row => Read(row[c]) is { } text ? German(text.Trim()) : null)),
        Column.Select(c => new ReferenceRule($$"""{ "from": {{Name(c)}}, "parse": { "as": "date", "format": ["dd.MM.yyyy", "yyyyMMdd"] } }""", row => Read(row[c]) is { } text ? Date(text.Trim()) : null)),
        Gen.Select(Column, Gen.OneOfConst("reject", "null", "keep")).Select((c, miss) => new ReferenceRule($$"""{ "from": {{Name(c)}}, "lookup": { "table": "t", "miss": "{{miss}}" }, "default": "none" }""", row => (Read(row[c]) is { } code ? Lookup(code, miss) : null) ?? "none")),
        Gen.Select(Column, Column).Select((c, d) => new ReferenceRule($$"""{ "template": "{{{Columns[c]}}}-{{{Columns[d]}}}" }""", row => Read(row[c]) is { } a && Read(row[d]) is { } b ? $"{a}-{b}" : null)),
        Gen.Select(Column, Column).Select((c, d) => new ReferenceRule($$"""{ "expr": "if({{Columns[c]}} < {{Columns[d]}} or {{Columns[c]}} is null, left({{Columns[d]}}, 2) & '!', '=')" }""", row => Read(row[c]) is not { } a || (Read(row[d]) is { } b && CodePointsLess(a, b)) ? Read(row[d]) is { } text ? string.Concat(text.EnumerateRunes().Take(2)) + "!" : null : "=")));

    /// <summary>Rules up to so many deep.</summary>
    public static Gen<ReferenceRule> Rules(int depth)
    {
        if (depth == 0)
            return Scalars;
        var inner = Rules(depth - 1);
        return Gen.OneOf(
            Scalars,
            Scalars,
            Gen.Select(Column, Scalars, Scalars).Select((c, yes, no) => new ReferenceRule($$"""{ "when": "{{Columns[c]}} in ('A', '12', '')", "then": {{yes.Json}}, "else": {{no.Json}} }""", row => Read(row[c]) is "A" or "12" ? yes.Evaluate(row) : no.Evaluate(row))),
            Gen.Select(Scalars, Scalars).Select((a, b) => new ReferenceRule($$"""{ "coalesce": [{{a.Json}}, {{b.Json}}] }""", row => a.Evaluate(row) ?? b.Evaluate(row))),
            Column.Select(c => new ReferenceRule($$"""{ "from": {{Name(c)}}, "split": ";", "trim": true }""", row => Elements(Read(row[c], trim: true)?.Split(';').Select(piece => (JsonNode?)Read(piece, trim: true)) ?? []), IsScalar: false)),
            inner.Array[1, 3].Select(items => new ReferenceRule($"{{ \"array\": [{string.Join(",", items.Select(item => item.Json))}] }}", row => Elements(items.Select(item => item.Evaluate(row))), IsScalar: false)),
            inner.Array[1, 3].Select(items => new ReferenceRule($"{{ \"object\": {{ {string.Join(",", items.Select((item, i) => $"\"f{i}\": {item.Json}"))} }} }}", row => Members(items, row), IsScalar: false)));
    }

    public static JsonObject? Members(IReadOnlyList<ReferenceRule> rules, string?[] row)
    {
        var record = new JsonObject();
        foreach (var (i, rule) in rules.Index())
        {
            if (rule.Evaluate(row) is { } value)
                record[$"f{i}"] = value;
        }
        return record.Count == 0 ? null : record;
    }

    static JsonArray? Elements(IEnumerable<JsonNode?> items) => new JsonArray([.. items.Where(item => item is not null)]) is { Count: > 0 } array ? array : null;

    static IEnumerable<string> SplitRuns(string text) => System.Text.RegularExpressions.Regex.Split(text, "[0-9;]+");

    static JsonNode WholeNumber(string text)
    {
        var digits = text.TrimStart('+', '-').TrimEnd('-');
        if (text.Length - digits.Length > 1 || digits.Split('.') is not [var whole, .. var fraction] || fraction.Length > 1 || !IsDigits(whole) || !fraction.All(f => IsDigits(f) && f.Trim('0').Length == 0))
            throw new ReferenceReject("invalid-integer");
        return Number((text.Contains('-') ? "-" : "") + whole);
    }

    static JsonNode German(string text)
    {
        var digits = text.TrimStart('+', '-').TrimEnd('-');
        var parts = digits.Split(',');
        var groups = parts[0].Split('.');
        var sound = text.Length - digits.Length <= 1 && parts.Length <= 2 && parts.All(part => part.Length > 0) && groups.All(IsDigits) && (parts.Length == 1 || IsDigits(parts[1]))
            && (groups.Length == 1 || (groups[0].Length <= 3 && groups.Skip(1).All(group => group.Length == 3)));
        return sound ? Number((text.Contains('-') ? "-" : "") + string.Concat(groups) + (parts.Length == 2 ? "." + parts[1] : "")) : throw new ReferenceReject("invalid-decimal");
    }

    static JsonNode Date(string text) => DateOnly.TryParseExact(text, ["dd.MM.yyyy", "yyyyMMdd"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
        ? date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
        : throw new ReferenceReject("invalid-date");

    static JsonNode? Lookup(string code, string miss) => code switch
    {
        "A" => "alpha",
        "B" => JsonNode.Parse("2.5"),
        "12" => null,
        _ when miss == "reject" => throw new ReferenceReject("lookup-miss"),
        _ => miss == "keep" ? code : null,
    };

    static bool IsDigits(string text) => text.Length > 0 && text.All(char.IsAsciiDigit);

    /// <summary>The number without needless zeros, so that JSON can hold it; the rest is the canonical writer's part.</summary>
    static JsonNode Number(string text)
    {
        var sign = text.StartsWith('-') ? "-" : "";
        var digits = text.TrimStart('-').TrimStart('0');
        return JsonNode.Parse(sign + (digits.Length == 0 || digits[0] == '.' ? "0" : "") + digits)!;
    }

    static bool CodePointsLess(string a, string b) => a.EnumerateRunes().Select(rune => rune.Value).Zip(b.EnumerateRunes().Select(rune => rune.Value)).FirstOrDefault(pair => pair.First != pair.Second) is var (x, y) && x != y
        ? x < y
        : a.EnumerateRunes().Count() < b.EnumerateRunes().Count();

    /// <summary>The rule with all its fields, for messages.</summary>
    public static string Document(IReadOnlyList<ReferenceRule> rules) =>
        $$"""{ {{Tables}}, "fields": { "id": { "const": "1" }, {{string.Join(",", rules.Select((rule, i) => $"\"f{i}\": {rule.Json}"))}} } }""";

    public static string Schema(IReadOnlyList<ReferenceRule> rules) => string.Join(",", rules.Select((rule, i) =>
        $"\"f{i}\": {{ {(rules.All(other => other.IsScalar) ? "\"type\": [\"string\", \"number\", \"null\"]" : "")} }}").Prepend("\"id\": { \"type\": \"string\" }"));

    public static string Write(JsonNode node) => JsonSerializer.Serialize(node);
}
