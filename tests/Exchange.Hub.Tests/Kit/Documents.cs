namespace Exchange.Hub.Tests;

/// <summary>Documents of the repository, which the tests hold to what the program does.</summary>
static class Documents
{
    /// <summary>Text of a file, by its path from the repository's root.</summary>
    public static string Read(string path) => File.ReadAllText(Path.Combine(Root(), path)).ReplaceLineEndings("\n");

    static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Exchange.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("The tests do not lie below the folder of Exchange.sln.");
        return folder.FullName;
    }
}
