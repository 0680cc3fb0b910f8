namespace Exchange.Hub.Delivery.Dcat;

/// <summary>A form in which a dataset's records are handed out.</summary>
/// <param name="Name">How its address ends.</param>
/// <param name="FileType">Code in the EU's authority table <c>file-type</c>.</param>
/// <param name="IsRegistered">Whether IANA has the media type on its list.</param>
sealed record DistributionForm(string Name, string Title, string FileType, string MediaType, bool IsRegistered)
{
    public static readonly IReadOnlyList<DistributionForm> All =
    [
        new("json", "Pages of records", "JSON", RecordFormats.Json, IsRegistered: true),
        new("ndjson", "All records, one JSON object per line", "JSON", RecordFormats.Ndjson, IsRegistered: false),
        new("csv", "All records, as a table", "CSV", RecordFormats.Csv, IsRegistered: true),
        new("parquet", "All records, as a table whose columns have types", "PARQUET", RecordFormats.Parquet, IsRegistered: true),
    ];
}
