using Exchange.Engine.Records;
using Exchange.Engine.Schemas;
using Exchange.Hub.Catalog;
using Exchange.Hub.Catalog.Datasets;
using Exchange.Hub.Catalog.Schemas;
using Exchange.Hub.Catalog.Storage;

namespace Exchange.Hub.Delivery;

/// <summary>One column of the CSV form.</summary>
/// <param name="Name">As it stands in the header line: <c>address.city</c>.</param>
/// <param name="Pointer">JSON pointer of the field.</param>
sealed record CsvColumn(string Name, string Pointer)
{
    /// <summary>
    /// The columns of a schema's records: its fields in its order, objects by their fields, an array and an object
    /// without declared fields as one column.
    /// </summary>
    public static IReadOnlyList<CsvColumn> Of(SharedSchema schema)
    {
        var fields = schema.Fields.Select(f => f.Pointer).Where(p => !p.Split('/').Contains(AnyItem)).ToList();
        return [.. fields.Where(p => !fields.Exists(f => f.StartsWith(p + "/", StringComparison.Ordinal))).Select(p => new CsvColumn(FieldName.Of(p), p))];
    }

    const string AnyItem = "*";
}

/// <summary>Finds the columns of a publication: those of the schema that it was made by.</summary>
sealed class CsvColumns(SharedSchemas schemas, DatasetCatalog datasets)
{
    /// <summary>The columns of which the view shows anything.</summary>
    public async Task<IReadOnlyList<CsvColumn>> ReadAsync(DatasetSnapshot snapshot, int publication, RecordView view, CancellationToken cancellation) =>
        [.. CsvColumn.Of(await SchemaAsync(snapshot, publication, cancellation)).Where(column => view.Includes(column.Pointer))];

    /// <summary>The schema that a publication was made by; before the first, the one that is declared.</summary>
    public async Task<SharedSchema> SchemaAsync(DatasetSnapshot snapshot, int publication, CancellationToken cancellation)
    {
        var made = await DatasetHeads.PublicationsAsync(snapshot.Connection, snapshot.Head.DatasetId, publication, 1, cancellation);
        return await schemas.FindAsync(made is [var one] ? one.Schema : (await datasets.FindAsync(snapshot.Head.Name, cancellation)).Definition.Schema, cancellation);
    }
}
