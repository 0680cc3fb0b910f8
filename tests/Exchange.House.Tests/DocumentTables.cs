namespace Exchange.House.Tests;

/// <summary>The tables of a document, by the heading that they stand under.</summary>
sealed class DocumentTables(string path)
{
    /// <summary>The text under a heading of the second level.</summary>
    public string Section(string heading)
    {
        var sections = SourceTree.Find(path).Text.Split("\n## ");
        return sections.Single(section => section.StartsWith(heading + "\n", StringComparison.Ordinal));
    }

    /// <summary>Rows of the table under a heading, each as its cells; the head is left out.</summary>
    public IEnumerable<string[]> Rows(string heading) =>
        Section(heading).Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal)).Select(line => line.Trim('|').Split('|').Select(cell => cell.Trim()).ToArray());

    /// <summary>First cells without their quotes.</summary>
    public IEnumerable<string> Names(string heading) => Rows(heading).Select(row => row[0].Trim('`'));
}
