namespace Exchange.Tests;

/// <summary>The repository and the corpora that lie beside it. Compiled into every test project.</summary>
static class Corpora
{
    /// <summary>The folder of Exchange.sln.</summary>
    public static string Repository { get; } = FindRepository();

    /// <summary>A folder of the shared corpora. Absent, the test is left out on a laptop and fails in CI.</summary>
    public static string Folder(string name)
    {
        if (Find(name) is null)
            Missing($"the corpus {name} is not at {PathOf(name)}; set EXCHANGE_CORPORA");
        return PathOf(name);
    }

    /// <summary>The same for what lists tests, before any runs: null when absent.</summary>
    public static string? Find(string name) => Directory.Exists(PathOf(name)) ? PathOf(name) : null;

    /// <summary>A program that a test types. Absent, the test is left out on a laptop and fails in CI.</summary>
    public static void RequireProgram(string name)
    {
        if (!(Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, name))))
            Missing($"{name} is not installed");
    }

    /// <summary>Something that a test needs is not on this machine.</summary>
    public static void Missing(string what)
    {
        if (Environment.GetEnvironmentVariable("CI") == "true")
            Assert.Fail($"In CI nothing is skipped: {what}.");
        Assert.Ignore($"Left out: {what}.");
    }

    static string PathOf(string name) =>
        Path.Combine(Environment.GetEnvironmentVariable("EXCHANGE_CORPORA") ?? Path.GetFullPath(Path.Combine(Repository, "../shared/corpora")), name);

    static string FindRepository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Exchange.sln")))
            folder = folder.Parent ?? throw new DirectoryNotFoundException("No Exchange.sln above the tests.");
        return folder.FullName;
    }
}
