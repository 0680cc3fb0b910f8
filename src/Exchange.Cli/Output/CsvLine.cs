namespace Exchange.Cli.Output;

/// <summary>One line of CSV as RFC 4180 has it, with LF.</summary>
static class CsvLine
{
    static readonly System.Buffers.SearchValues<char> NeedsQuotes = System.Buffers.SearchValues.Create(",\"\r\n");

    public static void Write(TextWriter writer, IEnumerable<string?> fields)
    {
        var first = true;
        foreach (var field in fields)
        {
            if (!first)
                writer.Write(',');
            first = false;
            writer.Write(field.AsSpan().ContainsAny(NeedsQuotes) ? $"\"{field!.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : field);
        }
        writer.Write('\n');
    }
}
