using Exchange.Sdk;

namespace Exchange.Connectors.Folder;

/// <summary>Where the files lie, which of them are meant, and when one is whole.</summary>
public sealed record FolderOptions : IOptionRules
{
    /// <summary>The folder.</summary>
    [Option("Folder that holds the files. A relative path starts from the folder of the source document.", Required = true, Example = "drop")]
    public string Path { get; init; } = "";

    /// <summary>The glob.</summary>
    [Option("Which files are meant, relative to the folder: `*` is any text without a slash, `?` one character, `**` any number of folders.", Example = "2024/**/*.csv")]
    public string Pattern { get; init; } = "*";

    /// <summary>Newest or every.</summary>
    [Option("`newest`: the newest complete file is the whole stream. `every`: all complete files together are.")]
    public FileSelection Take { get; init; } = FileSelection.Newest;

    /// <summary>Seconds without change.</summary>
    [Option("A file counts as complete once it has not changed for so many seconds. Not looked at when `marker` is given.", Minimum = 0, Maximum = 86400)]
    public int CompleteAfterSeconds { get; init; } = 2;

    /// <summary>Marker template.</summary>
    [Option("A file counts as complete once this other file stands beside it: `{name}` is its file name, `{stem}` the same without the last extension.", Example = "{name}.done")]
    public string? Marker { get; init; }

    /// <inheritdoc/>
    public IEnumerable<(string Option, string Message)> BrokenRules()
    {
        if (Pattern.Length == 0 || Pattern.StartsWith('/') || Pattern.Split('/').Contains(".."))
            yield return ("pattern", "\"pattern\" is relative to the folder and cannot leave it: no leading slash and no \"..\".");
        if (Marker is not null && (Marker.Contains('/') || !(Marker.Contains("{name}", StringComparison.Ordinal) || Marker.Contains("{stem}", StringComparison.Ordinal))))
            yield return ("marker", "\"marker\" is the name of a file in the same folder and holds {name} or {stem}, such as \"{name}.done\".");
        else if (Marker == "{name}")
            yield return ("marker", "\"marker\" must name another file than the one it marks, such as \"{name}.done\".");
    }
}
