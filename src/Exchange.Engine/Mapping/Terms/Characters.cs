using System.Text;

namespace Exchange.Engine.Mapping.Terms;

/// <summary>Text as a row of Unicode characters (code points), so that no position falls into the middle of one.</summary>
internal static class Characters
{
    public static int Count(ReadOnlySpan<byte> text)
    {
        if (Ascii.IsValid(text))
            return text.Length;
        var count = 0;
        for (; !text.IsEmpty; count++)
            text = text[Length(text)..];
        return count;
    }

    /// <summary>Bytes of the first <paramref name="count"/> characters, or of all when there are fewer.</summary>
    public static int Offset(ReadOnlySpan<byte> text, long count)
    {
        var offset = 0;
        for (; count > 0 && offset < text.Length; count--)
            offset += Length(text[offset..]);
        return offset;
    }

    static int Length(ReadOnlySpan<byte> text)
    {
        Rune.DecodeFromUtf8(text, out _, out var length);
        return length;
    }
}
