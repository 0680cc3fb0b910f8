using System.Text;

namespace Exchange.Engine.Mapping.Terms;

internal static class Whitespace
{
    /// <summary>The text without white space at both ends, be it of ASCII or of Unicode (such as the ideographic space).</summary>
    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> text)
    {
        while (!text.IsEmpty)
        {
            if (text[0] < 0x80 ? !IsSpace(text[0]) : !StartsWithSpace(text))
                break;
            Rune.DecodeFromUtf8(text, out _, out var length);
            text = text[length..];
        }
        while (!text.IsEmpty)
        {
            if (text[^1] < 0x80 ? !IsSpace(text[^1]) : !EndsWithSpace(text))
                break;
            Rune.DecodeLastFromUtf8(text, out _, out var length);
            text = text[..^length];
        }
        return text;
    }

    public static bool IsSpace(byte value) => value is (byte)' ' or (>= 9 and <= 13);

    static bool StartsWithSpace(ReadOnlySpan<byte> text)
    {
        Rune.DecodeFromUtf8(text, out var rune, out _);
        return Rune.IsWhiteSpace(rune);
    }

    static bool EndsWithSpace(ReadOnlySpan<byte> text)
    {
        Rune.DecodeLastFromUtf8(text, out var rune, out _);
        return Rune.IsWhiteSpace(rune);
    }
}
