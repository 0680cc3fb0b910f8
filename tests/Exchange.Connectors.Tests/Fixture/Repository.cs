using Exchange.Sdk;

namespace Exchange.Connectors.Tests;

/// <summary>The repository's own files, and the plugins as the host would find them.</summary>
static class Repository
{
    public static string Root => Corpora.Repository;

    public static PluginCatalog Plugins { get; } = PluginCatalog.Load(AppContext.BaseDirectory);

    public static IEnumerable<string> ConnectorFolders =>
        Directory.GetFiles(Path.Combine(Root, "connectors"), "*.csproj", SearchOption.AllDirectories).Select(file => Path.GetDirectoryName(file)!).Order();
}
