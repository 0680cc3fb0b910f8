namespace Exchange.Cli.Exporting;

/// <summary>What is to be exported.</summary>
/// <param name="Filters">Field, perhaps with <c>.gte</c> and the like, and value.</param>
sealed record ExportOrder(string Dataset, string Format, IReadOnlyList<(string Field, string Value)> Filters, long? AsOf, bool Gzip);
