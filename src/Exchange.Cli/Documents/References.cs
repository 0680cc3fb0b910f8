namespace Exchange.Cli.Documents;

/// <summary>Finds what a document names and the folder does not hold.</summary>
static class References
{
    /// <summary>A kind of which the folder has none at all is taken to be at the hub already.</summary>
    public static IEnumerable<ErrorDetail> Check(DocumentFolder folder, Document document)
    {
        foreach (var reference in document.References)
        {
            var there = folder.Documents.Where(other => other.Kind == reference.Kind).Select(other => other.Name).ToList();
            if (there.Count > 0 && !there.Contains(reference.Name))
                yield return new ErrorDetail(
                    document.Locate(reference.Pointer),
                    $"There is no {reference.Kind.ToString().ToLowerInvariant()} \"{reference.Name}\" in this folder.",
                    $"There is: {string.Join(", ", there)}.");
        }
    }
}
