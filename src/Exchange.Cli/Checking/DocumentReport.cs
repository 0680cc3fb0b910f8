using Exchange.Cli.Documents;

namespace Exchange.Cli.Checking;

/// <summary>What an offline check found out about one document.</summary>
/// <param name="Document">The document.</param>
/// <param name="Note">What was looked at, in few words: "12 fields, 3 examples".</param>
/// <param name="Errors">What must be mended.</param>
/// <param name="Warnings">What its author should know.</param>
sealed record DocumentReport(Document Document, string Note, IReadOnlyList<ErrorDetail> Errors, IReadOnlyList<ErrorDetail> Warnings);
