using Exchange.Sdk;

namespace Exchange.Connectors.Zip;

/// <summary>Which entries of an archive are meant, and caps on what they may unpack to.</summary>
public sealed record ZipOptions : IOptionRules
{
    /// <summary>The glob.</summary>
    [Option("Which entries are read, in the order of their names: `*` is any text without a slash, `?` one character, `**` any number of folders.", Example = "*.csv")]
    public string Pattern { get; init; } = "**/*";

    /// <summary>Entry cap.</summary>
    [Option("Entries that one archive may have.", Minimum = 1, Maximum = 1_000_000)]
    public int MaxEntries { get; init; } = 10_000;

    /// <summary>Byte cap.</summary>
    [Option("Bytes that one archive may unpack to.", Minimum = 1)]
    public long MaxBytes { get; init; } = 16L * 1024 * 1024 * 1024;

    /// <summary>Ratio cap.</summary>
    [Option("How many times its packed size an entry may unpack to. Not looked at below 16 MiB.", Minimum = 1, Maximum = 2000)]
    public int MaxRatio { get; init; } = 200;

    /// <inheritdoc/>
    public IEnumerable<(string Option, string Message)> BrokenRules()
    {
        if (Pattern.Length == 0)
            yield return ("pattern", "\"pattern\" cannot be empty; leave it out to read every entry.");
    }
}
