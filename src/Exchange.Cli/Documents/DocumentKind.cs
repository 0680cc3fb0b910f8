namespace Exchange.Cli.Documents;

/// <summary>What a document describes, in the order in which they depend on each other.</summary>
enum DocumentKind
{
    Department,
    Schema,
    Source,
    Mapping,
    Dataset,
}
