namespace Exchange.Hub.Delivery.Tables;

/// <summary>A table held against the dataset that it is kept from.</summary>
/// <param name="Subscription">The subscription that keeps it.</param>
/// <param name="Dataset">Name of the dataset.</param>
/// <param name="Publication">The publication that the table says it shows.</param>
/// <param name="Department">The department that receives.</param>
/// <param name="Grant">The grant that it reads under; null for a department's own data.</param>
/// <param name="Server">Kind of server.</param>
/// <param name="Table">Database, schema and table.</param>
/// <param name="Columns">The columns that were compared.</param>
/// <param name="At">When.</param>
/// <param name="By">Name of who asked for it.</param>
/// <param name="Records">Records of the dataset, as the grant shows it.</param>
/// <param name="Rows">Rows of the table.</param>
/// <param name="Equal">Rows that are what their records are.</param>
/// <param name="Missing">Records without a row.</param>
/// <param name="Extra">Rows without a record.</param>
/// <param name="Different">Rows of which a column is another than their record's.</param>
/// <param name="Ranges">Counts and hashes by range of keys.</param>
/// <param name="Differences">What differs, the first thousand in the order of keys.</param>
public sealed record ReconciliationReport(
    Guid Subscription, string Dataset, int Publication, string Department, Guid? Grant, string Server, string Table, IReadOnlyList<string> Columns,
    DateTimeOffset At, string By, long Records, long Rows, long Equal, long Missing, long Extra, long Different,
    IReadOnlyList<ReconciledRange> Ranges, IReadOnlyList<ReconciledDifference> Differences);

/// <summary>A range of keys on both sides.</summary>
/// <param name="From">First key.</param>
/// <param name="To">Last key.</param>
/// <param name="Records">Records in it.</param>
/// <param name="Rows">Rows in it.</param>
/// <param name="RecordsHash">SHA-256 of the records' keys and values in the columns' canonical spelling.</param>
/// <param name="RowsHash">The same of the rows; equal where they are.</param>
public sealed record ReconciledRange(string From, string To, long Records, long Rows, string RecordsHash, string RowsHash);

/// <summary>A key at which the sides differ.</summary>
/// <param name="Key">The record's key.</param>
/// <param name="What"><c>missing</c>, <c>extra</c> or <c>different</c>.</param>
/// <param name="Columns">The columns that differ.</param>
public sealed record ReconciledDifference(string Key, string What, IReadOnlyList<string> Columns);

/// <summary>A report with its signature.</summary>
/// <param name="Report">The report.</param>
/// <param name="Jws">Its canonical JSON, signed by the hub: JWS in compact form.</param>
public sealed record SignedReport(ReconciliationReport Report, string Jws);
