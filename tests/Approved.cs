namespace Exchange.Tests;

/// <summary>
/// Promises frozen in text. A change shows in the difference of a file that a person must approve: with EXCHANGE_ACCEPT=1
/// the test writes what it found; look at the difference before committing it. Compiled into every test project.
/// </summary>
static class Approved
{
    static readonly bool Accept = Environment.GetEnvironmentVariable("EXCHANGE_ACCEPT") == "1";

    /// <summary>Holds a text against a file of the repository.</summary>
    /// <param name="path">From the repository's root.</param>
    /// <param name="actual">As it is now.</param>
    public static void File(string path, string actual)
    {
        var file = Path.Combine(Corpora.Repository, path);
        actual = actual.ReplaceLineEndings("\n").TrimEnd('\n') + "\n";
        if (Accept)
            System.IO.File.WriteAllText(file, actual);
        if (System.IO.File.Exists(file) && System.IO.File.ReadAllText(file) == actual)
            return;
        var received = Path.Combine(Path.GetTempPath(), Path.GetFileName(path) + ".received");
        System.IO.File.WriteAllText(received, actual);
        Assert.Fail($"{path} is not what is promised there. See: diff {path} {received}\nIf the change is meant: EXCHANGE_ACCEPT=1 dotnet test {Path.GetRelativePath(Corpora.Repository, ProjectFolder())} --filter \"{TestContext.CurrentContext.Test.Name}\"");
    }

    /// <summary>Holds a part of a document, between two lines of comment, against what it should be.</summary>
    /// <param name="path">From the repository's root.</param>
    /// <param name="name">The part stands between <c>&lt;!-- name --&gt;</c> and <c>&lt;!-- end of name --&gt;</c>.</param>
    /// <param name="actual">As it is now.</param>
    public static void Part(string path, string name, string actual)
    {
        var text = System.IO.File.ReadAllText(Path.Combine(Corpora.Repository, path));
        var (begin, end) = ($"<!-- {name} -->\n", $"<!-- end of {name} -->");
        var (from, to) = (text.IndexOf(begin, StringComparison.Ordinal), text.IndexOf(end, StringComparison.Ordinal));
        Assert.That(from >= 0 && to > from, $"{path} has a part between {begin.Trim()} and {end}");
        File(path, $"{text[..(from + begin.Length)]}{actual.TrimEnd('\n')}\n{text[to..]}");
    }

    static string ProjectFolder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder.GetFiles("*.csproj").Length == 0)
            folder = folder.Parent!;
        return folder.FullName;
    }
}
