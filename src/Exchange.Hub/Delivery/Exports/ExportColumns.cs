using Exchange.Engine.Records;
using Exchange.Engine.Schemas;
using Exchange.Hub.Catalog;
using Exchange.Hub.Catalog.Datasets;
using Exchange.Hub.Catalog.Schemas;
using Exchange.Hub.Catalog.Storage;

namespace Exchange.Hub.Delivery.Exports;

/// <summary>One column of a tabular form: CSV, Parquet.</summary>
/// <param name="Name">As its head says: <c>address.city</c>.</param>
/// <param name="Pointer">JSON pointer of the field.</param>
sealed record ExportColumn(string Name, string Pointer)
{
    const string AnyItem = "*";

    /// <summary>What its values are, for forms that have types.</summary>
    public ColumnType Type { get; init; } = ColumnType.Text;

    /// <summary>Whether every record has a value there.</summary>
    public bool Required { get; init; }

    /// <summary>
    /// The columns of a schema's records: its fields in its order, objects by their fields, an array and an object
    /// without declared fields as one column. Where two would have one name, the second is named by its pointer.
    /// </summary>
    public static IReadOnlyList<ExportColumn> Of(SharedSchema schema)
    {
        var fields = schema.Fields.Where(f => !f.Pointer.Split('/').Contains(AnyItem)).ToList();
        var parents = fields.ToDictionary(f => f.Pointer, StringComparer.Ordinal);
        var names = new HashSet<string>(StringComparer.Ordinal);
        return
        [
            .. fields.Where(leaf => !fields.Exists(f => f.Pointer.StartsWith(leaf.Pointer + "/", StringComparison.Ordinal)))
                .Select(leaf => new ExportColumn(names.Add(FieldName.Of(leaf.Pointer)) ? FieldName.Of(leaf.Pointer) : leaf.Pointer, leaf.Pointer)
                {
                    Type = ColumnType.Of(leaf),
                    Required = IsRequired(leaf, parents),
                }),
        ];
    }

    /// <summary>The column as a view shows it: of what is masked there is text, or nothing.</summary>
    public ExportColumn SeenThrough(RecordView view) => view.IsWhole || view.Shows(Pointer) ? this
        : Type.Kind == ColumnKind.Json ? this with { Required = false }
        : this with { Type = ColumnType.Text, Required = false };

    /// <summary>A field that must be there wherever what it stands in is, which itself must be there.</summary>
    static bool IsRequired(SchemaField field, Dictionary<string, SchemaField> parents)
    {
        for (var pointer = field.Pointer; pointer.Length > 0; pointer = pointer[..pointer.LastIndexOf('/')])
        {
            if (!parents.TryGetValue(pointer, out var at) || !at.Required || at.Types.Count != 1 || at.Types[0] == "null")
                return false;
        }
        return true;
    }
}

/// <summary>Finds the columns of a publication: those of the schema that it was made by.</summary>
sealed class ExportColumns(SharedSchemas schemas, DatasetCatalog datasets)
{
    /// <summary>The schema's id, and the columns of which the view shows anything.</summary>
    public async Task<(string Schema, IReadOnlyList<ExportColumn> Columns)> ReadAsync(DatasetSnapshot snapshot, int publication, RecordView view, CancellationToken cancellation)
    {
        var schema = await NameAsync(snapshot, publication, cancellation);
        var columns = ExportColumn.Of(await schemas.FindAsync(schema, cancellation));
        return (schema, [.. columns.Where(column => view.Includes(column.Pointer)).Select(column => column.SeenThrough(view))]);
    }

    /// <summary>The schema that a publication was made by; before the first, the one that is declared.</summary>
    public async Task<SharedSchema> SchemaAsync(DatasetSnapshot snapshot, int publication, CancellationToken cancellation) =>
        await schemas.FindAsync(await NameAsync(snapshot, publication, cancellation), cancellation);

    async Task<string> NameAsync(DatasetSnapshot snapshot, int publication, CancellationToken cancellation)
    {
        var made = await DatasetHeads.PublicationsAsync(snapshot.Connection, snapshot.Head.DatasetId, publication, 1, cancellation);
        return made is [var one] ? one.Schema : (await datasets.FindAsync(snapshot.Head.Name, cancellation)).Definition.Schema;
    }
}
