using Exchange.Sdk;

namespace Exchange.Connectors.Csv;

/// <summary>How the text of a CSV file is to be read.</summary>
public sealed record CsvOptions : IOptionRules
{
    /// <summary>Text encoding.</summary>
    [Option("Text encoding by its IANA name or code page, such as `utf-8`, `gb18030`, `gbk`, `shift_jis`, `big5`, `windows-1252`, `utf-16le`. `auto` takes UTF-8 and refuses the file at the first byte that is not. A byte order mark is always honoured.", Example = "gb18030")]
    public string Encoding { get; init; } = "auto";

    /// <summary>Field separator.</summary>
    [Option("Character between fields: one ASCII character, `tab`, or `auto` to choose among comma, semicolon, tab and pipe from the first lines.", Example = ";")]
    public string Separator { get; init; } = "auto";

    /// <summary>Quote character.</summary>
    [Option("Character around fields that hold separators or line breaks: one ASCII character, or `none` when quotes are ordinary text.")]
    public string Quote { get; init; } = "\"";

    /// <summary>Whether the first row names the columns.</summary>
    [Option("Whether the first row names the columns.")]
    public bool Header { get; init; } = true;

    /// <summary>Column names for a file without header.</summary>
    [Option("Names of the columns of a file without header, in order. Without them they are called column1, column2 and so on.", Example = "[\"id\", \"name\"]")]
    public string[] Columns { get; init; } = [];

    /// <summary>Lines before the header.</summary>
    [Option("Lines to leave out at the top of the file, before the header.", Minimum = 0, Maximum = 10_000)]
    public int SkipLines { get; init; }

    /// <summary>Texts that mean null.</summary>
    [Option("Field texts that mean that there is no value. Without them an empty field is an empty text.", Example = "[\"\", \"NULL\"]")]
    public string[] Nulls { get; init; } = [];

    /// <summary>Whether to trim.</summary>
    [Option("Whether spaces and tabs around a field are left out.")]
    public bool Trim { get; init; }

    /// <summary>Field cap.</summary>
    [Option("Bytes (of UTF-8) that one field may hold; a row with a larger one is rejected.", Minimum = 1, Maximum = 256 * 1024 * 1024)]
    public int MaxFieldBytes { get; init; } = 1024 * 1024;

    /// <summary>Row cap.</summary>
    [Option("Bytes (of UTF-8) that one row may hold; a larger one is rejected. A quote that is not closed within so many bytes counts as unbalanced.", Minimum = 1024, Maximum = 512 * 1024 * 1024)]
    public int MaxRowBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>The separator; null for auto.</summary>
    internal char? SeparatorChar => Separator switch { "auto" => null, "tab" => '\t', _ => Separator[0] };

    /// <summary>The quote; null for none.</summary>
    internal char? QuoteChar => Quote == "none" ? null : Quote[0];

    /// <inheritdoc/>
    public IEnumerable<(string Option, string Message)> BrokenRules()
    {
        if (TextEncodings.Problem(Encoding) is { } problem)
            yield return ("encoding", problem);
        if (Separator is not ("auto" or "tab") && !OneAscii(Separator))
            yield return ("separator", "\"separator\" is one ASCII character, \"tab\" or \"auto\". Separators of several characters are not supported.");
        if (Quote != "none" && !OneAscii(Quote))
            yield return ("quote", "\"quote\" is one ASCII character, or \"none\".");
        if (Quote == Separator || (Quote == "\t" && Separator == "tab"))
            yield return ("quote", "\"quote\" and \"separator\" cannot be the same character.");
        if (Header && Columns.Length > 0)
            yield return ("columns", "\"columns\" names the columns of a file without header: set \"header\" to false, or leave \"columns\" out.");
        if (Columns.GroupBy(name => name).FirstOrDefault(same => same.Count() > 1) is { } twice)
            yield return ("columns", $"\"columns\" names \"{twice.Key}\" twice.");
    }

    static bool OneAscii(string text) => text.Length == 1 && char.IsAscii(text[0]) && text[0] is not ('\r' or '\n' or '\0');
}
