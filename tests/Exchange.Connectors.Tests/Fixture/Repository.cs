using Exchange.Sdk;

namespace Exchange.Connectors.Tests;

/// <summary>The repository's own files, and the plugins as the host would find them.</summary>
static class Repository
{
    public static string Root { get; } = FindRoot();

    public static PluginCatalog Plugins { get; } = PluginCatalog.Load(AppContext.BaseDirectory);

    public static IEnumerable<string> ConnectorFolders =>
        Directory.GetFiles(Path.Combine(Root, "connectors"), "*.csproj", SearchOption.AllDirectories).Select(file => Path.GetDirectoryName(file)!).Order();

    /// <summary>A folder of the shared corpora. Absent, the test is left out here and fails in CI.</summary>
    public static string Corpus(string name)
    {
        var corpora = Environment.GetEnvironmentVariable("EXCHANGE_CORPORA") ?? Path.GetFullPath(Path.Combine(Root, "../shared/corpora"));
        var folder = Path.Combine(corpora, name);
        if (!Directory.Exists(folder))
            Missing($"the corpus {name} is not at {folder}; set EXCHANGE_CORPORA");
        return folder;
    }

    /// <summary>Something that a test needs is not on this machine.</summary>
    public static void Missing(string what)
    {
        if (Environment.GetEnvironmentVariable("CI") == "true")
            Assert.Fail($"In CI nothing is skipped: {what}.");
        Assert.Ignore($"Left out: {what}.");
    }

    static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Exchange.sln")))
            folder = folder.Parent ?? throw new DirectoryNotFoundException("No Exchange.sln above the tests.");
        return folder.FullName;
    }
}
