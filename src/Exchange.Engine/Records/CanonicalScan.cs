using System.Buffers;

namespace Exchange.Engine.Records;

/// <summary>
/// Finds the ends of values in canonical JSON, which is known to be well formed and without white space: no more is
/// looked at than that takes.
/// </summary>
static class CanonicalScan
{
    static readonly SearchValues<byte> Ends = SearchValues.Create(",]}"u8);
    static readonly SearchValues<byte> Structure = SearchValues.Create("\"{}[]"u8);

    /// <summary>The end of the value that begins at <paramref name="start"/>.</summary>
    public static int EndOfValue(ReadOnlySpan<byte> json, int start) => json[start] switch
    {
        (byte)'"' => EndOfString(json, start),
        (byte)'{' or (byte)'[' => EndOfContainer(json, start),
        _ => json[start..].IndexOfAny(Ends) is >= 0 and var length ? start + length : json.Length,
    };

    /// <summary>The end, closing quote included, of the string whose opening quote is at <paramref name="start"/>.</summary>
    public static int EndOfString(ReadOnlySpan<byte> json, int start)
    {
        for (var at = start + 1; ; at += 2)
        {
            at += json[at..].IndexOfAny((byte)'"', (byte)'\\');
            if (json[at] == '"')
                return at + 1;
        }
    }

    static int EndOfContainer(ReadOnlySpan<byte> json, int start)
    {
        var depth = 0;
        for (var at = start; ;)
        {
            at += json[at..].IndexOfAny(Structure);
            switch (json[at])
            {
                case (byte)'"': at = EndOfString(json, at); continue;
                case (byte)'{' or (byte)'[': depth++; break;
                default: depth--; break;
            }
            at++;
            if (depth == 0)
                return at;
        }
    }
}
