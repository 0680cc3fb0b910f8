namespace Exchange.Hub.Delivery;

/// <summary>The columns of the CSV form: the fields of the schema in its order.</summary>
static class CsvColumns
{
    public static Task<IReadOnlyList<CsvColumn>> ReadAsync(DatasetSnapshot snapshot, int publication, CancellationToken cancellation) => throw new NotSupportedException();
}
