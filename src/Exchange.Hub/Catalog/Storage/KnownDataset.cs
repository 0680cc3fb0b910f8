using System.Collections.Concurrent;
using Exchange.Hub.Platform;

namespace Exchange.Hub.Catalog.Storage;

/// <summary>A dataset as it was read once. What it says holds for as long as the database gives the same stamp.</summary>
/// <param name="Head">Where it stands.</param>
/// <param name="Lookup">The combinations of fields by which a record may be looked up, as JSON pointers.</param>
/// <param name="Stamp">Differs whenever anything else here may.</param>
public sealed record KnownDataset(DatasetHead Head, IReadOnlyList<IReadOnlyList<string>> Lookup, string Stamp)
{
    /// <summary>Statements at most that are kept ready; there is one for each row filter of a grant.</summary>
    const int MostStatements = 1000;

    readonly ConcurrentDictionary<(string Kind, RowFilter Rows), string> statements = new();

    /// <summary>The statement that finds one record, with the stamp beside it; made once for each row filter.</summary>
    internal string StatementOf(PointQuery query, RowFilter rows)
    {
        if (statements.TryGetValue((query.Kind, rows), out var made))
            return made;
        if (statements.Count >= MostStatements)
            statements.Clear();
        return statements[(query.Kind, rows)] = Make(query, rows);
    }

    string Make(PointQuery query, RowFilter rows)
    {
        var records = new DatasetTables(Head.DatasetId, Head.Filters).Records;
        if (query.Key is not null)
            return ((SqlText)$"{KnownDatasets.SelectStamp}, r.key, r.publication, r.deleted, r.hash, r.doc {KnownDatasets.FromHead} left join {records} r on r.key = $2{rows.Where("r")} where d.id = $1").ToString();
        SqlText wanted = $"";
        foreach (var (index, (column, _)) in query.Fields.Index())
            wanted = $"{wanted} and r.{new Identifier(column.Column)} = {Parameter(index + 2)}::text::{DatasetTables.SqlType(column.Type)}";
        return ((SqlText)$"""
            {KnownDatasets.SelectStamp}, r.key, r.publication, r.deleted, r.hash, r.doc {KnownDatasets.FromHead}
            left join lateral (select r.key, r.publication, r.deleted, r.hash, r.doc from {records} r where not r.deleted{wanted}{rows.Where("r")} limit 2) r on true
            where d.id = $1
            """).ToString();
    }

    static SqlText Parameter(int number) => number switch { 2 => $"$2", 3 => $"$3", 4 => $"$4", 5 => $"$5", 6 => $"$6", _ => throw new ArgumentOutOfRangeException(nameof(number)) };
}

/// <summary>What finds one record: its key, or values of filterable fields in PostgreSQL's own text form.</summary>
public sealed record PointQuery
{
    PointQuery(string kind) => Kind = kind;

    /// <summary>The key; null where fields are given.</summary>
    public string? Key { get; private init; }

    /// <summary>Fields with their values.</summary>
    public IReadOnlyList<(FilterColumn Column, string Value)> Fields { get; private init; } = [];

    /// <summary>The same for questions that one statement answers.</summary>
    internal string Kind { get; }

    public static PointQuery ByKey(string key) => new("") { Key = key };

    public static PointQuery ByFields(IReadOnlyList<(FilterColumn Column, string Value)> fields) =>
        new(string.Join(' ', fields.Select(field => field.Column.Column))) { Fields = fields };
}

/// <summary>A version of a record; without hash and doc it is a tombstone.</summary>
public sealed record PointRecord(string Key, int Publication, byte[]? Hash, byte[]? Doc);
