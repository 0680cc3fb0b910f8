using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Platform;

namespace Exchange.Hub.Delivery;

/// <summary>One condition on a filterable field.</summary>
/// <param name="Column">The field.</param>
/// <param name="Operator"><c>eq</c>, <c>gt</c>, <c>gte</c>, <c>lt</c> or <c>lte</c>.</param>
/// <param name="Value">The value in PostgreSQL's own text form.</param>
readonly record struct FilterCondition(FilterColumn Column, string Operator, string Value);

/// <summary>
/// Conditions that all must hold, read from query parameters: <c>status=active</c>, <c>registeredOn.gte=2020-01-01</c>.
/// A field is named by its JSON pointer without the leading slash and with dots for slashes (<c>address.city</c>), or by
/// the pointer itself. Values are read by their type first and then stand in statements as quoted constants.
/// </summary>
sealed partial class RecordFilter
{
    const string Equal = "eq";

    static readonly Dictionary<string, SqlText> Operators = new(StringComparer.Ordinal)
    {
        [Equal] = $"=",
        ["gt"] = $">",
        ["gte"] = $">=",
        ["lt"] = $"<",
        ["lte"] = $"<=",
    };

    RecordFilter(IReadOnlyList<FilterCondition> conditions) => Conditions = conditions;

    public static RecordFilter None { get; } = new([]);

    public IReadOnlyList<FilterCondition> Conditions { get; }

    /// <summary>The same for the same conditions in any order; 0 for none. Binds a cursor to its query.</summary>
    public long Fingerprint
    {
        get
        {
            if (Conditions.Count == 0)
                return 0;
            var lines = Conditions.Select(c => $"{c.Column.Pointer} {c.Operator} {c.Value}").Order(StringComparer.Ordinal);
            return BinaryPrimitives.ReadInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', lines))));
        }
    }

    /// <summary>Reads the conditions; what cannot be read is added to <paramref name="errors"/>.</summary>
    /// <param name="parameters">Query parameters that are not the route's own.</param>
    /// <param name="columns">The declared filterable fields.</param>
    public static RecordFilter Parse(
        IEnumerable<KeyValuePair<string, string>> parameters, IReadOnlyList<FilterColumn> columns, List<FieldError> errors)
    {
        var conditions = new List<FilterCondition>();
        foreach (var (name, value) in parameters)
        {
            if (Find(name, columns) is not var (column, op))
                errors.Add(new FieldError("?" + name, $"'{name}' is not a filterable field of this dataset.", Offer(columns)));
            else if (column.Type == FilterType.Bool && op != Equal)
                errors.Add(new FieldError("?" + name, "true and false have no order.", $"Use {FieldName.Of(column.Pointer)}=true or {FieldName.Of(column.Pointer)}=false."));
            else if (conditions.Any(c => c.Column == column && c.Operator == op))
                errors.Add(new FieldError("?" + name, "The condition is given twice.", "Give it once."));
            else if (Normalize(value, column.Type) is { } text)
                conditions.Add(new FilterCondition(column, op, text));
            else
                errors.Add(new FieldError("?" + name, $"The value is not {Expected(column.Type)}.", $"Write it as {Example(column.Type)}."));
        }
        return new RecordFilter(conditions);
    }

    /// <summary>The conditions as SQL, each after an <c>and</c>. Constants, not parameters: COPY takes none.</summary>
    /// <param name="alias">Alias of the table.</param>
    public SqlText Where(string alias)
    {
        SqlText all = $"";
        foreach (var (column, op, value) in Conditions)
            all = $"{all} and {new Identifier(alias, column.Column)} {Operators[op]} {new Literal(value)}::{DatasetTables.SqlType(column.Type)}";
        return all;
    }

    static (FilterColumn Column, string Operator)? Find(string name, IReadOnlyList<FilterColumn> columns)
    {
        if (Named(name, columns) is { } exact)
            return (exact, Equal);
        var dot = name.LastIndexOf('.');
        return dot > 0 && Operators.ContainsKey(name[(dot + 1)..]) && Named(name[..dot], columns) is { } column
            ? (column, name[(dot + 1)..])
            : null;
    }

    static FilterColumn? Named(string name, IReadOnlyList<FilterColumn> columns) =>
        columns.FirstOrDefault(c => c.Pointer == name || FieldName.Of(c.Pointer) == name);

    static string Offer(IReadOnlyList<FilterColumn> columns) => columns.Count == 0
        ? "The dataset declares no filterable fields; read it whole, or ask its steward to declare some."
        : $"Filter by {string.Join(", ", columns.Select(c => FieldName.Of(c.Pointer)))}; ranges as .gt, .gte, .lt, .lte.";

    /// <summary>The value as PostgreSQL reads it without regard to its settings, or null when it is not of the type.</summary>
    static string? Normalize(string value, FilterType type) => type switch
    {
        FilterType.Text => value.Contains('\0', StringComparison.Ordinal) ? null : value,
        FilterType.Bool => value is "true" or "false" ? value : null,
        FilterType.Numeric => value.Length <= 200 && Number().IsMatch(value) ? value : null,
        FilterType.Date => DateOnly.TryParseExact(value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _) ? value : null,
        _ => Instant(value),
    };

    static string? Instant(string value) =>
        InstantShape().IsMatch(value)
        && DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out var instant)
            ? instant.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture)
            : null;

    static string Expected(FilterType type) => type switch
    {
        FilterType.Text => "text without NUL",
        FilterType.Bool => "true or false",
        FilterType.Numeric => "a decimal number",
        FilterType.Date => "a date",
        _ => "an instant",
    };

    static string Example(FilterType type) => type switch
    {
        FilterType.Text => "plain text",
        FilterType.Bool => "true",
        FilterType.Numeric => "1250.50",
        FilterType.Date => "2020-01-31",
        _ => "2020-01-31T08:00:00Z or 2020-01-31T16:00:00%2B08:00 (%2B is the plus sign in a URL)",
    };

    [GeneratedRegex(@"^-?[0-9]+(\.[0-9]+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Number();

    [GeneratedRegex(@"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,7})?(Z|[+-][0-9]{2}:[0-9]{2})\z", RegexOptions.CultureInvariant)]
    private static partial Regex InstantShape();
}
