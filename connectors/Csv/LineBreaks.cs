namespace Exchange.Connectors.Csv;

/// <summary>Lines end in CR, LF or CR LF.</summary>
static class LineBreaks
{
    /// <summary>Number of line breaks.</summary>
    public static int Count(ReadOnlySpan<byte> text)
    {
        var count = text.Count((byte)'\n');
        for (var at = text.IndexOf((byte)'\r'); at >= 0;)
        {
            count += at + 1 < text.Length && text[at + 1] == '\n' ? 0 : 1;
            var next = text[(at + 1)..].IndexOf((byte)'\r');
            at = next < 0 ? -1 : at + 1 + next;
        }
        return count;
    }

    /// <summary>Length of the first line with its line break; 0 when it does not end here.</summary>
    public static int FirstLine(ReadOnlySpan<byte> text, bool atEnd)
    {
        var at = text.IndexOfAny((byte)'\r', (byte)'\n');
        if (at < 0)
            return atEnd ? text.Length : 0;
        if (text[at] == '\n')
            return at + 1;
        if (at + 1 == text.Length)
            return atEnd ? at + 1 : 0; // the LF of a CR LF may be still to come
        return text[at + 1] == '\n' ? at + 2 : at + 1;
    }

    /// <summary>Length of the whole lines that the text begins with.</summary>
    public static int WholeLines(ReadOnlySpan<byte> text, bool atEnd)
    {
        if (atEnd)
            return text.Length;
        var feed = text.LastIndexOf((byte)'\n');
        // A CR that is the last byte may be half of a CR LF.
        var back = text.Length > 1 ? text[..^1].LastIndexOf((byte)'\r') : -1;
        return back > feed && text[back + 1] != '\n' ? back + 1 : feed + 1;
    }
}
