using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Exchange.Hub.Platform;

namespace Exchange.Hub.Catalog.Storage;

/// <summary>One condition on a filterable field.</summary>
/// <param name="Column">The field.</param>
/// <param name="Operator"><c>eq</c>, <c>in</c>, <c>gt</c>, <c>gte</c>, <c>lt</c> or <c>lte</c>.</param>
/// <param name="Values">The value in PostgreSQL's own text form; one or more for <c>in</c>.</param>
public sealed record FilterCondition(FilterColumn Column, string Operator, IReadOnlyList<string> Values);

/// <summary>
/// Conditions on the filterable fields of a dataset that all must hold. Values are read by their type first and then
/// stand in statements as quoted constants.
/// </summary>
public sealed class RowFilter
{
    /// <summary>Values at most in one <c>in</c>.</summary>
    public const int ValueLimit = 1000;

    static readonly Dictionary<string, SqlText> Comparisons = new(StringComparer.Ordinal)
    {
        [Equal] = $"=",
        ["gt"] = $">",
        ["gte"] = $">=",
        ["lt"] = $"<",
        ["lte"] = $"<=",
    };

    RowFilter(IReadOnlyList<FilterCondition> conditions) => Conditions = conditions;

    /// <summary>The operator that asks for one value.</summary>
    public const string Equal = "eq";

    /// <summary>The operator that asks for one of several values.</summary>
    public const string In = "in";

    /// <summary>No condition: every record.</summary>
    public static RowFilter None { get; } = new([]);

    /// <summary>Each condition, in the order in which they were given.</summary>
    public IReadOnlyList<FilterCondition> Conditions { get; }

    /// <summary>True when every record meets it.</summary>
    public bool IsNone => Conditions.Count == 0;

    /// <summary>The same for the same conditions in any order; 0 for none. Binds a cursor to its query.</summary>
    public long Fingerprint
    {
        get
        {
            if (IsNone)
                return 0;
            var lines = Conditions.Select(c => $"{c.Column.Pointer} {c.Operator} {string.Join('\0', c.Values)}").Order(StringComparer.Ordinal);
            return BinaryPrimitives.ReadInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', lines))));
        }
    }

    /// <summary>Whether this is an operator that compares with one value.</summary>
    public static bool IsComparison(string op) => Comparisons.ContainsKey(op);

    /// <summary>Reads conditions of a document; what cannot be read is added to <paramref name="errors"/> as <c>/rows/0</c>, <c>/rows/1</c>, …</summary>
    /// <param name="conditions">JSON pointer of the field, operator, and values written as in a query parameter.</param>
    /// <param name="columns">The declared filterable fields.</param>
    /// <param name="errors">What will not do.</param>
    public static RowFilter Compile(
        IReadOnlyList<(string Field, string Op, IReadOnlyList<string> Values)> conditions, IReadOnlyList<FilterColumn> columns, List<FieldError> errors)
    {
        var read = new List<FilterCondition>();
        for (var i = 0; i < conditions.Count; i++)
        {
            var (field, op, values) = conditions[i];
            if (columns.FirstOrDefault(c => c.Pointer == field) is not { } column)
                errors.Add(new FieldError($"/rows/{i}/field", $"'{field}' is not a filterable field of this dataset.", Offer(columns)));
            else if (Read($"/rows/{i}", column, op, values, errors) is { } condition)
                read.Add(condition);
        }
        return new RowFilter(read);
    }

    /// <summary>Both filters at once.</summary>
    public RowFilter And(RowFilter other) => IsNone ? other : other.IsNone ? this : new RowFilter([.. Conditions, .. other.Conditions]);

    /// <summary>These conditions, read by <see cref="Read"/>.</summary>
    public static RowFilter Of(IReadOnlyList<FilterCondition> conditions) => conditions.Count == 0 ? None : new RowFilter(conditions);

    /// <summary>Reads one condition; null when it cannot be read and <paramref name="errors"/> says why.</summary>
    /// <param name="place">Where it was written, for errors.</param>
    /// <param name="column">The field.</param>
    /// <param name="op">The operator.</param>
    /// <param name="values">Its values.</param>
    /// <param name="errors">What will not do.</param>
    public static FilterCondition? Read(string place, FilterColumn column, string op, IReadOnlyList<string> values, List<FieldError> errors)
    {
        if (Misfit(column, op, values) is not var (message, fix))
            return new FilterCondition(column, op, [.. values.Select(value => FilterValue.Read(value, column.Type)!)]);
        errors.Add(new FieldError(place, message, fix));
        return null;
    }

    static (string Message, string Fix)? Misfit(FilterColumn column, string op, IReadOnlyList<string> values)
    {
        if (op != In && !IsComparison(op))
            return ($"There is no operator '{op}'.", $"Use {In}, {string.Join(", ", Comparisons.Keys)}.");
        if (column.Type == FilterType.Bool && op is not (Equal or In))
            return ("true and false have no order.", $"Ask whether {FieldName.Of(column.Pointer)} is true or false.");
        if (op != In && values.Count != 1)
            return ($"'{op}' compares with one value.", $"Give one value, or use {In}.");
        if (values.Count is 0 or > ValueLimit)
            return ($"'{In}' has no values or more than {ValueLimit}.", $"Give 1 to {ValueLimit} values.");
        return values.Any(value => FilterValue.Read(value, column.Type) is null)
            ? ($"The value is not {FilterValue.Expected(column.Type)}.", $"Write it as {FilterValue.Example(column.Type)}.")
            : null;
    }

    /// <summary>Says which fields there are to filter by.</summary>
    public static string Offer(IReadOnlyList<FilterColumn> columns) => columns.Count == 0
        ? "The dataset declares no filterable fields; read it whole, or ask its steward to declare some."
        : $"Filter by {string.Join(", ", columns.Select(c => FieldName.Of(c.Pointer)))}; ranges as .gt, .gte, .lt, .lte.";

    /// <summary>The conditions as SQL, each after an <c>and</c>. Constants, not parameters: COPY takes none.</summary>
    /// <param name="alias">Alias of the table.</param>
    public SqlText Where(string alias)
    {
        SqlText all = $"";
        foreach (var (column, op, values) in Conditions)
        {
            var name = new Identifier(alias, column.Column);
            if (op == In)
                all = $"{all} and {name} in ({Constants(column, values)})";
            else
                all = $"{all} and {name} {Comparisons[op]} {Constants(column, values)}";
        }
        return all;
    }

    static SqlText Constants(FilterColumn column, IReadOnlyList<string> values)
    {
        SqlText all = $"{new Literal(values[0])}::{DatasetTables.SqlType(column.Type)}";
        foreach (var value in values.Skip(1))
            all = $"{all}, {new Literal(value)}::{DatasetTables.SqlType(column.Type)}";
        return all;
    }
}
