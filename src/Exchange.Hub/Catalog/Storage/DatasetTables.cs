using System.Globalization;
using Exchange.Hub.Platform;

namespace Exchange.Hub.Catalog.Storage;

/// <summary>
/// The tables of one dataset, and the only place that makes their names and definitions. Names are built from numbers
/// alone, so nothing that a person typed becomes part of a statement.
/// </summary>
public sealed class DatasetTables(int datasetId, IReadOnlyList<FilterColumn> filters)
{
    readonly string prefix = "d" + datasetId.ToString(CultureInfo.InvariantCulture);

    /// <summary>Every key at its latest change; tombstones stay as rows.</summary>
    public Identifier Records => new("data", prefix + "_records");

    /// <summary>Superseded versions.</summary>
    public Identifier History => new("data", prefix + "_history");

    /// <summary>The columns of a first load: it is publication 1, and nothing in it is deleted.</summary>
    public SqlText FirstColumns => $"key, seq, hash, doc{FilterList()}";

    /// <summary>The columns of <see cref="Records"/>.</summary>
    public SqlText Columns => $"key, seq, hash, publication, deleted, doc{FilterList()}";

    /// <summary>The same columns of one side of a join.</summary>
    public SqlText ColumnsOf(string alias)
    {
        var a = new Identifier(alias);
        return $"{a}.key, {a}.seq, {a}.hash, {a}.publication, {a}.deleted, {a}.doc{FilterList(alias)}";
    }

    /// <summary>Filter columns, each after a comma; empty when there are none.</summary>
    public SqlText FilterList(string? alias = null) =>
        Each(f => alias is null ? (SqlText)$", {new Identifier(f.Column)}" : $", {new Identifier(alias, f.Column)}");

    /// <summary>Definitions of the filter columns, each after a comma.</summary>
    public SqlText FilterDefinitions => Each(f => $", {new Identifier(f.Column)} {SqlType(f.Type)}");

    /// <summary>Assignments that take the filter columns over from the proposed row, each after a comma.</summary>
    public SqlText FilterUpserts => Each(f => $", {new Identifier(f.Column)} = {new Identifier("excluded", f.Column)}");

    /// <summary>Assignments that empty the filter columns, each after a comma.</summary>
    public SqlText FilterClears => Each(f => $", {new Identifier(f.Column)} = null");

    /// <summary>Creates both tables; the records without keys and indexes, as a first load is copied into a bare table.</summary>
    public SqlText CreateBare => $"""
        create table {Records} (
            key text collate "C" not null, seq bigint not null, hash bytea, publication int not null default 1,
            deleted boolean not null default false, doc text{FilterDefinitions});
        create table {History} (like {Records});
        alter table {History} add column replaced_in int not null;
        create index on {History} (key)
        """;

    /// <summary>Gives the bare records their primary key.</summary>
    public SqlText AddKey => $"alter table {Records} add primary key (key)";

    /// <summary>Gives the bare records the order of the feed and the indexes of the filters.</summary>
    public SqlText AddIndexes => $"alter table {Records} add unique (seq){Each(f => $"; {AddFilterIndex(f)}")}";

    /// <summary>Adds the column of one filter to tables that hold records.</summary>
    public SqlText AddFilter(FilterColumn filter)
    {
        var column = new Identifier(filter.Column);
        return $"alter table {Records} add column {column} {SqlType(filter.Type)}; alter table {History} add column {column} {SqlType(filter.Type)}";
    }

    /// <summary>Fills the column of one filter from the bodies in one of the tables; <c>$1</c> is the path as text[].</summary>
    public SqlText FillFilter(FilterColumn filter, Identifier table) =>
        $"update {table} set {new Identifier(filter.Column)} = (doc::jsonb #>> $1)::{SqlType(filter.Type)} where doc is not null";

    /// <summary>Makes the index of one filter.</summary>
    public SqlText AddFilterIndex(FilterColumn filter) => $"create index on {Records} ({new Identifier(filter.Column)}, key)";

    /// <summary>Takes the column of one filter away.</summary>
    public SqlText DropFilter(FilterColumn filter)
    {
        var column = new Identifier(filter.Column);
        return $"alter table {Records} drop column {column}; alter table {History} drop column {column}";
    }

    SqlText Each(Func<FilterColumn, SqlText> write)
    {
        SqlText all = $"";
        foreach (var filter in filters)
            all = $"{all}{write(filter)}";
        return all;
    }

    /// <summary>The SQL type of a filter column.</summary>
    public static SqlText SqlType(FilterType type) => type switch
    {
        FilterType.Text => $"text collate \"C\"",
        FilterType.Numeric => $"numeric",
        FilterType.Bool => $"boolean",
        FilterType.Date => $"date",
        _ => $"timestamptz",
    };
}
