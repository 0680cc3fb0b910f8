namespace Exchange.Hub.Delivery.Tables;

/// <summary>A table that is not as the schema wants it.</summary>
/// <param name="problems">What is the matter, each with what to do.</param>
sealed class TableMisfitException(IReadOnlyList<string> problems) : Exception(string.Join(" ", problems))
{
    /// <summary>What is the matter, each with what to do.</summary>
    public IReadOnlyList<string> Problems { get; } = problems;
}
