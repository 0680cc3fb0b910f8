using System.Text.Json;

namespace Exchange.Hub.Delivery.Tables;

/// <summary>A table held against what the schema wants of it.</summary>
/// <param name="Columns">The columns that are written to, as far as they are there.</param>
/// <param name="Statements">What makes the table, or adds what it lacks.</param>
/// <param name="Problems">What a person must see to, each with the statement that does it.</param>
sealed record TableShape(IReadOnlyList<BoundColumn> Columns, IReadOnlyList<string> Statements, IReadOnlyList<string> Problems)
{
    /// <summary>The columns in one text, by which it is seen whether they changed.</summary>
    public string Layout => JsonSerializer.Serialize(Columns.Select(column => (string[])[column.Name, column.Pointer, column.Form.ToString(), column.Type]));

    /// <summary>Names of columns in a layout.</summary>
    public static IEnumerable<string> NamesIn(string layout) => JsonSerializer.Deserialize<string[][]>(layout)!.Select(column => column[0]);

    /// <summary>Holds a table against the columns that are wanted.</summary>
    /// <param name="dialect">The server's.</param>
    /// <param name="table">Its quoted name.</param>
    /// <param name="wanted">The columns.</param>
    /// <param name="found">The columns that it has; none when there is no such table.</param>
    /// <param name="isKeyed">Whether its key is unique.</param>
    public static TableShape Of(ITableDialect dialect, string table, IReadOnlyList<TableColumn> wanted, IReadOnlyList<TargetColumn> found, bool isKeyed)
    {
        var problems = NameProblems(dialect, wanted).ToList();
        if (found.Count == 0)
        {
            var key = dialect.Quote(TableColumn.Key);
            var definitions = wanted.Select(column => $"{dialect.Quote(column.Name)} {dialect.TypeOf(column.Kind)}").Prepend($"{key} {dialect.KeyType} not null");
            return new TableShape([], [dialect.CreateTable(table, definitions, key)], problems);
        }
        var names = NamesOf(dialect, found);
        problems.AddRange(KeyProblems(dialect, table, names, isKeyed));
        var (columns, statements) = (new List<BoundColumn>(), new List<string>());
        foreach (var column in wanted)
        {
            if (!names.TryGetValue(column.Name, out var there))
                statements.Add(dialect.AddColumn(table, dialect.Quote(column.Name), dialect.TypeOf(column.Kind)));
            else if (there.Takes(column.Kind))
                columns.Add(new BoundColumn(there.Name, column.Pointer, there.Form!.Value, there.Type, there.Limits));
            else
                problems.Add($"Column {column.Name} is {there.Type}, which does not hold {Words(column.Kind)}. Run: {dialect.ChangeColumn(table, dialect.Quote(there.Name), dialect.TypeOf(column.Kind))};");
        }
        var written = wanted.Select(column => column.Name).Append(TableColumn.Key).ToHashSet(names.Comparer);
        problems.AddRange(found.Where(column => !column.MayBeLeftOut && !written.Contains(column.Name))
            .Select(column => $"Column {column.Name} is not one of the hub's and demands a value. Give it a default, or let it be null."));
        return new TableShape(columns, statements, problems);
    }

    static Dictionary<string, TargetColumn> NamesOf(ITableDialect dialect, IReadOnlyList<TargetColumn> found) =>
        found.ToDictionary(column => column.Name, dialect.Server == TableServer.Postgres ? StringComparer.Ordinal : StringComparer.OrdinalIgnoreCase);

    static IEnumerable<string> NameProblems(ITableDialect dialect, IReadOnlyList<TableColumn> wanted)
    {
        foreach (var column in wanted.Where(column => !dialect.IsShort(column.Name)))
            yield return $"The name of column {column.Name} is longer than the server takes. Ask the department that publishes the dataset for a shorter name of the field, or for a grant without it.";
        foreach (var alike in wanted.Select(column => column.Name).Append(TableColumn.Key).GroupBy(name => name, StringComparer.OrdinalIgnoreCase).Where(group => group.Count() > 1))
            yield return $"The columns {string.Join(" and ", alike)} differ in capitals only, or not at all, and the server takes them for one. Ask for a grant without one of the fields.";
    }

    static IEnumerable<string> KeyProblems(ITableDialect dialect, string table, Dictionary<string, TargetColumn> found, bool isKeyed)
    {
        var key = dialect.Quote(TableColumn.Key);
        if (!found.TryGetValue(TableColumn.Key, out var column))
            yield return $"The table has no column {TableColumn.Key}, by which the hub knows its rows. Run: {dialect.AddColumn(table, key, dialect.KeyType)}; and make it the primary key.";
        else if (!dialect.IsKeyType(column.Type))
            yield return $"Column {TableColumn.Key} is {column.Type}. Run: {dialect.ChangeColumn(table, key, dialect.KeyType)};";
        else if (!isKeyed)
            yield return $"Column {TableColumn.Key} is not unique by itself. Run: alter table {table} add primary key ({key});";
    }

    static string Words(ColumnKind kind) => kind switch
    {
        ColumnKind.Integer => "whole numbers",
        ColumnKind.Number => "exact decimals",
        ColumnKind.Boolean => "true and false",
        ColumnKind.Date => "dates",
        ColumnKind.Instant => "moments",
        ColumnKind.Json => "JSON",
        _ => "texts",
    };
}
