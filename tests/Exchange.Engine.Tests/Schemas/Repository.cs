namespace Exchange.Engine.Tests.Schemas;

/// <summary>The repository that the tests run in.</summary>
static class Repository
{
    public static string Root { get; } = Find();

    static string Find()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Exchange.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("Exchange.sln stands in no folder above the tests.");
        return folder;
    }
}
