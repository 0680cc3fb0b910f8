namespace Exchange.Cli.Documents;

/// <summary>Finds documents that name what is not in the folder.</summary>
static class References
{
    /// <summary>A kind of which the folder has none at all is taken to be at the hub already.</summary>
    public static IEnumerable<ErrorDetail> Check(DocumentFolder folder)
    {
        var kinds = folder.Documents.Select(document => document.Kind).ToHashSet();
        foreach (var document in folder.Documents)
            foreach (var reference in document.References.Where(reference => kinds.Contains(reference.Kind)))
                if (folder.Find(reference.Kind, reference.Name) is null)
                    yield return new ErrorDetail(
                        document.Locate(reference.Pointer),
                        $"There is no {reference.Kind.ToString().ToLowerInvariant()} \"{reference.Name}\" in this folder.",
                        Nearest(folder, reference));
    }

    static string Nearest(DocumentFolder folder, Reference reference) =>
        $"There is: {string.Join(", ", folder.Documents.Where(document => document.Kind == reference.Kind).Select(document => document.Name))}.";
}
