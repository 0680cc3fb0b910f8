namespace Exchange.Hub.Tests;

/// <summary>Documents of the repository, which the tests hold to what the program does.</summary>
static class Documents
{
    /// <summary>Text of a file, by its path from the repository's root.</summary>
    public static string Read(string path) => File.ReadAllText(Path.Combine(Corpora.Repository, path)).ReplaceLineEndings("\n");
}
