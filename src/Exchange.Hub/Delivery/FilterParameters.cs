using Exchange.Hub.Catalog;
using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Platform;

namespace Exchange.Hub.Delivery;

/// <summary>
/// Reads a filter from query parameters: <c>status=active</c>, <c>registeredOn.gte=2020-01-01</c>. A field is named by
/// its JSON pointer without the leading slash and with dots for slashes (<c>address.city</c>), or by the pointer itself.
/// </summary>
static class FilterParameters
{
    /// <summary>Reads the conditions; what cannot be read is added to <paramref name="errors"/>.</summary>
    /// <param name="parameters">Query parameters that are not the route's own.</param>
    /// <param name="columns">The declared filterable fields.</param>
    public static RowFilter Parse(
        IEnumerable<KeyValuePair<string, string>> parameters, IReadOnlyList<FilterColumn> columns, List<FieldError> errors)
    {
        var conditions = new List<FilterCondition>();
        foreach (var (name, value) in parameters)
        {
            if (Find(name, columns) is not var (column, op))
                errors.Add(new FieldError("?" + name, $"'{name}' is not a filterable field of this dataset.", RowFilter.Offer(columns)));
            else if (conditions.Any(c => c.Column == column && c.Operator == op))
                errors.Add(new FieldError("?" + name, "The condition is given twice.", "Give it once."));
            else if (RowFilter.Read("?" + name, column, op, [value], errors) is { } condition)
                conditions.Add(condition);
        }
        return RowFilter.Of(conditions);
    }

    static (FilterColumn Column, string Operator)? Find(string name, IReadOnlyList<FilterColumn> columns)
    {
        // A field may itself be called "size.gt": the whole name goes first.
        if (Named(name, columns) is { } exact)
            return (exact, RowFilter.Equal);
        var dot = name.LastIndexOf('.');
        return dot > 0 && RowFilter.IsComparison(name[(dot + 1)..]) && Named(name[..dot], columns) is { } column
            ? (column, name[(dot + 1)..])
            : null;
    }

    static FilterColumn? Named(string name, IReadOnlyList<FilterColumn> columns) =>
        columns.FirstOrDefault(c => c.Pointer == name || FieldName.Of(c.Pointer) == name);
}
