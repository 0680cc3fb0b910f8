using System.Text;
using Exchange.Sdk;

namespace Exchange.Connectors.Csv;

/// <summary>Opens the text of a file: settles its encoding and refuses a file that is plainly in another one.</summary>
static class TextOpening
{
    const int HeadBytes = 64 * 1024;
    const int WindowBytes = 1024 * 1024;

    // Below so many bad lines, bad bytes are an accident of a row; above, and in most lines that could tell, they are a wrong encoding.
    const int SystematicLines = 8;

    public static async Task<TextWindow> OpenAsync(DecodedFile file, CsvOptions options, CancellationToken cancellationToken)
    {
        var head = new byte[HeadBytes];
        var length = await file.Content.ReadAtLeastAsync(head, HeadBytes, throwOnEndOfStream: false, cancellationToken);
        var window = Open(file, options, head.AsSpan(0, length));
        try
        {
            await window.FillAsync(cancellationToken);
            RefuseWrongEncoding(file.Name, window, head.AsSpan(0, length));
            return window;
        }
        catch
        {
            window.Dispose();
            throw;
        }
    }

    /// <summary>In a file of undeclared encoding, bytes that are not UTF-8 are no accident of one row.</summary>
    public static void RefuseUndeclared(string name, TextWindow window, ReadOnlySpan<byte> sample)
    {
        if (window.Declared || window.Flaws.FirstOrDefault(flaw => !flaw.IsNul) is not { Bytes: { } bytes } flaw)
            return;
        throw new ConnectorException(ConnectorErrorKind.Configuration,
            $"{name} is not UTF-8: byte 0x{Convert.ToHexString(bytes)} at offset {flaw.SourceOffset}. Declare its encoding; likely is {TextEncodings.Likely(sample)}. "
            + "If it is UTF-8 with broken rows, declare utf-8, and only those rows are rejected.");
    }

    static TextWindow Open(DecodedFile file, CsvOptions options, ReadOnlySpan<byte> head)
    {
        var (marked, markLength) = TextEncodings.ByteOrderMark(head);
        var name = marked ?? (options.Encoding == TextEncodings.Auto ? "utf-8" : options.Encoding);
        var invalid = new InvalidBytes();
        var encoding = TextEncodings.Find(name, invalid)!;
        invalid.KeepsTrail = encoding.GetByteCount("\n") == 1;
        var declared = marked is not null || options.Encoding != TextEncodings.Auto;
        return encoding is UTF8Encoding
            ? new Utf8Window(file.Content, head[markLength..], markLength, WindowBytes) { Declared = declared }
            : new TranscodedWindow(file.Content, head[markLength..], markLength, name, encoding, invalid, WindowBytes) { Declared = declared };
    }

    static void RefuseWrongEncoding(string name, TextWindow window, ReadOnlySpan<byte> head)
    {
        RefuseUndeclared(name, window, head);
        var bad = window.Flaws.Count;
        if (bad < SystematicLines || bad * 2 <= LinesBeyondAscii(window.Unread))
            return;
        var first = window.Flaws.First();
        throw new ConnectorException(ConnectorErrorKind.Configuration, first.IsNul
            ? $"{name} is no text in {window.EncodingName}: {bad} lines hold NUL bytes, the first at offset {first.SourceOffset}. Likely is {TextEncodings.Likely(head)}, or it is no text file."
            : $"{name} is not {window.EncodingName}: {bad} lines hold bytes that are invalid in it, the first 0x{Convert.ToHexString(first.Bytes)} at offset {first.SourceOffset}. Likely is {TextEncodings.Likely(head)}.");
    }

    static int LinesBeyondAscii(ReadOnlySpan<byte> text)
    {
        var count = 0;
        foreach (var line in text.Split((byte)'\n'))
            count += text[line].ContainsAnyExceptInRange((byte)1, (byte)0x7F) ? 1 : 0;
        return count;
    }
}
