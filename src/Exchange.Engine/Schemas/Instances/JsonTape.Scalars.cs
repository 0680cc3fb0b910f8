using System.Buffers.Text;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Text;
using System.Text.Unicode;

namespace Exchange.Engine.Schemas.Instances;

/// <content>Texts, numbers and literals.</content>
sealed partial class JsonTape
{
    bool ReadLiteral(ReadOnlySpan<byte> json, ref int at, ReadOnlySpan<byte> literal, TokenKind kind)
    {
        if (!json[at..].StartsWith(literal))
            return Refuse(at, "this is no value: only true, false, null, numbers, texts in double quotes, [arrays] and {objects} are");
        at += literal.Length;
        Add(new Token { Start = at - literal.Length, Length = literal.Length, Next = count + 1, Kind = kind });
        return true;
    }

    bool ReadNumber(ReadOnlySpan<byte> json, ref int at)
    {
        var start = at;
        var end = at;
        if (json[end] == '-')
            end++;
        var kind = TokenKind.Integer;
        var whole = SkipDigits(json, ref end);
        if (whole == 0)
            return Refuse(start, "this is no value: only true, false, null, numbers, texts in double quotes, [arrays] and {objects} are");
        if (whole > 1 && json[end - whole] == '0')
            return Refuse(start, "a number must not begin with a zero");
        if (end < json.Length && json[end] == '.')
        {
            kind = TokenKind.Number;
            end++;
            if (SkipDigits(json, ref end) == 0)
                return Refuse(end, "a digit should stand behind the decimal point");
        }
        if (end < json.Length && (json[end] | 0x20) == 'e')
        {
            kind = TokenKind.Number;
            end++;
            if (end < json.Length && json[end] is (byte)'+' or (byte)'-')
                end++;
            if (SkipDigits(json, ref end) == 0)
                return Refuse(end, "a digit should stand in the exponent");
        }
        if (end - start > limits.MaxNumberLength)
            return Refuse(start, $"the number has more than {limits.MaxNumberLength} characters");
        at = end;
        Add(new Token { Start = start, Length = end - start, Next = count + 1, Kind = kind });
        return true;
    }

    static int SkipDigits(ReadOnlySpan<byte> json, ref int at)
    {
        var start = at;
        while ((uint)at < (uint)json.Length && (uint)(json[at] - '0') <= 9)
            at++;
        return at - start;
    }

    bool ReadString(ReadOnlySpan<byte> json, ref int at, bool isName)
    {
        var start = ++at;
        var wide = false;
        while (true)
        {
            at += PlainLength(json[at..]);
            if (at >= json.Length)
                return Refuse(start - 1, "the text in double quotes does not end");
            var next = json[at];
            if (next == '"')
                break;
            if (next == '\\')
                return ReadEscaped(json, start, ref at);
            if (next < ' ')
                return Refuse(at, next == 0 ? "a NUL character stands here" : "a control character stands here: it must be escaped");
            wide = true;
            while (at < json.Length && json[at] >= 0x80)
                at++;
        }
        if (wide && !Utf8.IsValid(json[start..at]))
            return Refuse(start, "the text is not UTF-8");
        Add(new Token { Start = start, Length = at - start, Next = count + 1, Kind = TokenKind.String, Wide = wide });
        at++;
        return true;
    }

    /// <summary>Bytes before the first quote, backslash, control character or byte beyond ASCII.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static int PlainLength(ReadOnlySpan<byte> json)
    {
        var at = 0;
        for (; at + Vector128<byte>.Count <= json.Length; at += Vector128<byte>.Count)
        {
            var block = Vector128.Create(json.Slice(at, Vector128<byte>.Count));
            // As signed bytes, everything beyond ASCII is below the space too.
            var stops = Vector128.LessThan(block.AsSByte(), Vector128.Create((sbyte)' ')).AsByte()
                | Vector128.Equals(block, Vector128.Create((byte)'"'))
                | Vector128.Equals(block, Vector128.Create((byte)'\\'));
            var mask = stops.ExtractMostSignificantBits();
            if (mask != 0)
                return at + BitOperations.TrailingZeroCount(mask);
        }
        while (at < json.Length && json[at] is not ((byte)'"' or (byte)'\\') and >= 0x20 and < 0x80)
            at++;
        return at;
    }

    /// <summary>Copies a text with escapes, unescaped, beside the document.</summary>
    bool ReadEscaped(ReadOnlySpan<byte> json, int start, ref int at)
    {
        var end = at;
        while (end < json.Length && json[end] != '"')
        {
            if (json[end] < ' ')
                return Refuse(end, json[end] == 0 ? "a NUL character stands here" : "a control character stands here: it must be escaped");
            end += json[end] == '\\' ? 2 : 1;
        }
        if (end >= json.Length)
            return Refuse(start - 1, "the text in double quotes does not end");
        var from = unescapedLength;
        // No escape is shorter than what it stands for.
        if (unescaped.Length - from < end - start)
            Array.Resize(ref unescaped, Math.Max(unescaped.Length * 2, from + end - start));
        for (var read = start; read < end;)
        {
            if (json[read] != '\\')
                unescaped[unescapedLength++] = json[read++];
            else if (!ReadEscape(json[..end], ref read))
                return false;
        }
        var text = unescaped.AsSpan(from, unescapedLength - from);
        if (!Utf8.IsValid(text))
            return Refuse(start, "the text is not UTF-8");
        Add(new Token { Start = from, Length = text.Length, Next = count + 1, Kind = TokenKind.String, Unescaped = true, Wide = text.ContainsAnyExceptInRange((byte)0, (byte)0x7F) });
        at = end + 1;
        return true;
    }

    bool ReadEscape(ReadOnlySpan<byte> json, ref int at)
    {
        var sign = json[at + 1];
        if (sign == 'u')
            return ReadCodePoint(json, ref at);
        var plain = sign switch
        {
            (byte)'"' or (byte)'\\' or (byte)'/' => sign,
            (byte)'b' => (byte)'\b',
            (byte)'f' => (byte)'\f',
            (byte)'n' => (byte)'\n',
            (byte)'r' => (byte)'\r',
            (byte)'t' => (byte)'\t',
            _ => (byte)0,
        };
        if (plain == 0)
            return Refuse(at, "this escape does not exist in JSON");
        unescaped[unescapedLength++] = plain;
        at += 2;
        return true;
    }

    bool ReadCodePoint(ReadOnlySpan<byte> json, ref int at)
    {
        if (!TryHex4(json, at, out var code))
            return Refuse(at, "four hexadecimal digits should stand behind \\u");
        var length = 6;
        if (code is >= 0xD800 and <= 0xDFFF)
        {
            if (code > 0xDBFF || !TryHex4(json, at + 6, out var low) || low is < 0xDC00 or > 0xDFFF)
                return Refuse(at, "half of a surrogate pair stands alone");
            code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
            length = 12;
        }
        if (code == 0 && !limits.AllowNul)
            return Refuse(at, "a NUL character stands here");
        unescapedLength += new Rune(code).EncodeToUtf8(unescaped.AsSpan(unescapedLength));
        at += length;
        return true;
    }

    static bool TryHex4(ReadOnlySpan<byte> json, int at, out int code)
    {
        code = 0;
        return at + 6 <= json.Length && json[at] == '\\' && json[at + 1] == 'u'
            && Utf8Parser.TryParse(json.Slice(at + 2, 4), out code, out var used, 'x') && used == 4;
    }
}
