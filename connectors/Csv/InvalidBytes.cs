using System.Text;

namespace Exchange.Connectors.Csv;

/// <summary>
/// Remembers the first bytes that a decoder could not make sense of. Where a broken two-byte sequence ends in an
/// ASCII byte, that byte is kept as a character of its own: a stray lead byte must not eat a separator or a quote.
/// </summary>
sealed class InvalidBytes : DecoderFallback
{
    byte[]? first;

    /// <summary>True for encodings built on single bytes; in UTF-16 and UTF-32 a byte below 0x80 is no character.</summary>
    public bool KeepsTrail { get; set; }

    public override int MaxCharCount => 2;

    /// <summary>The first invalid bytes since the last call, or null.</summary>
    public byte[]? Take()
    {
        var taken = first;
        first = null;
        return taken;
    }

    public override DecoderFallbackBuffer CreateFallbackBuffer() => new Replacement(this);

    sealed class Replacement(InvalidBytes owner) : DecoderFallbackBuffer
    {
        string text = "";
        int next;

        public override int Remaining => text.Length - next;

        public override bool Fallback(byte[] bytesUnknown, int index)
        {
            var innocent = owner.KeepsTrail && bytesUnknown.Length > 1 && bytesUnknown[^1] < 0x80;
            owner.first ??= innocent ? bytesUnknown[..^1] : bytesUnknown;
            text = innocent ? "\uFFFD" + (char)bytesUnknown[^1] : "\uFFFD";
            next = 0;
            return true;
        }

        public override char GetNextChar() => next < text.Length ? text[next++] : '\0';

        public override bool MovePrevious() => next > 0 && next-- > 0;

        public override void Reset() => (text, next) = ("", 0);
    }
}
