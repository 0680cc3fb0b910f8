using System.Text;
using Exchange.Engine.Schemas;
using Exchange.Sdk;

namespace Exchange.Engine.Mapping;

/// <summary>How far a suggestion can be trusted.</summary>
public enum Confidence
{
    /// <summary>No column looks like the field.</summary>
    NoMatch,

    /// <summary>A person should look at it.</summary>
    Check,

    /// <summary>The names are the same.</summary>
    Sure,
}

/// <summary>The column that a field probably comes from.</summary>
/// <param name="Field">The field.</param>
/// <param name="Column">The column; null when none looks like it.</param>
/// <param name="Confidence">How far to trust it.</param>
/// <param name="Rule">The rule to write into the mapping, as JSON; null when there is no column.</param>
public sealed record FieldSuggestion(SchemaField Field, SourceColumn? Column, Confidence Confidence, string? Rule);

/// <summary>
/// Suggests columns for the fields of a schema by their names and titles, as a start for a person: never more than a
/// comparison of words, and every column at most once.
/// </summary>
public static class MappingSuggestions
{
    /// <summary>A suggestion for each field that holds a single value, in the order of the schema.</summary>
    public static IReadOnlyList<FieldSuggestion> Suggest(IReadOnlyList<SourceColumn> columns, SharedSchema schema)
    {
        var fields = schema.Fields.Where(field => !field.Pointer.Contains('*') && !field.Types.Any(type => type is "object" or "array")).ToList();
        var pairs = fields.SelectMany(field => columns.Select(column => (field, column, score: Score(field, column.Name))))
            .Where(pair => pair.score > 0)
            .OrderByDescending(pair => pair.score);
        var chosen = new Dictionary<SchemaField, (SourceColumn Column, int Score)>();
        foreach (var (field, column, score) in pairs)
        {
            if (!chosen.ContainsKey(field) && !chosen.Values.Any(other => other.Column == column))
                chosen.Add(field, (column, score));
        }
        return [.. fields.Select(field => chosen.TryGetValue(field, out var match)
            ? new FieldSuggestion(field, match.Column, match.Score == SameName ? Confidence.Sure : Confidence.Check, Rule(field, match.Column))
            : new FieldSuggestion(field, null, Confidence.NoMatch, null))];
    }

    const int SameName = 100;

    static int Score(SchemaField field, string column)
    {
        var name = Words(column);
        var best = 0;
        foreach (var other in new[] { field.Name, field.Title.En, field.Title.Zh }.OfType<string>().Select(Words))
            best = Math.Max(best, Score(name, other));
        return best;
    }

    static int Score(List<string> a, List<string> b)
    {
        var (joined, other) = (string.Concat(a), string.Concat(b));
        if (joined.Length == 0 || other.Length == 0)
            return 0;
        if (joined == other)
            return SameName;
        if (Nearest.To(joined, [other]) is not null && Math.Min(joined.Length, other.Length) >= 4)
            return 60;
        // Chinese titles are not divided into words, so one name standing inside the other has to do.
        if (Math.Min(joined.Length, other.Length) >= 2 && joined.Any(c => c > 0x2E7F) && (joined.Contains(other, StringComparison.Ordinal) || other.Contains(joined, StringComparison.Ordinal)))
            return 50;
        var shared = a.Intersect(b).Sum(word => word.Length);
        return shared * 2 >= Math.Max(joined.Length, other.Length) ? 40 : 0;
    }

    /// <summary>The words of a name, be it in camelCase, snake_case or plain text; in lower case.</summary>
    static List<string> Words(string name)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        for (var i = 0; i < name.Length; i++)
        {
            var isWordStart = char.IsUpper(name[i]) && i > 0 && char.IsLower(name[i - 1]);
            if ((isWordStart || !char.IsLetterOrDigit(name[i])) && word.Length > 0)
            {
                words.Add(word.ToString());
                word.Clear();
            }
            if (char.IsLetterOrDigit(name[i]))
                word.Append(char.ToLowerInvariant(name[i]));
        }
        if (word.Length > 0)
            words.Add(word.ToString());
        return words;
    }

    static string Rule(SchemaField field, SourceColumn column)
    {
        var name = $"\"{System.Text.Json.JsonEncodedText.Encode(column.Name, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";
        var parse = ParseFor(field, column.Kind);
        return parse is null ? name : $"{{ \"from\": {name}, \"parse\": \"{parse}\" }}";
    }

    /// <summary>What the column's values must be read as to fit the field; null when they fit as they are.</summary>
    static string? ParseFor(SchemaField field, ValueKind kind)
    {
        var isNumber = kind is ValueKind.Integer or ValueKind.Decimal or ValueKind.Double;
        if (field.Types.Contains("string") || field.Types.Count == 0)
            return ParseForText(field, kind, isNumber);
        if (field.Types.Contains("integer") && kind == ValueKind.Text)
            return "integer";
        if (field.Types.Contains("number") && kind == ValueKind.Text)
            return "decimal";
        return field.Types.Contains("boolean") && kind != ValueKind.Boolean ? "boolean" : null;
    }

    static string? ParseForText(SchemaField field, ValueKind kind, bool isNumber) => field.Format switch
    {
        "date" when kind != ValueKind.Date => "date",
        "date-time" when kind != ValueKind.Instant => "instant",
        _ when field.Types.Count > 0 && (isNumber || kind == ValueKind.Boolean) => "text",
        _ => null,
    };
}
