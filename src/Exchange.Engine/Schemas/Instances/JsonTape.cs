using System.Runtime.CompilerServices;

namespace Exchange.Engine.Schemas.Instances;

/// <summary>
/// Tokenizes one JSON text (RFC 8259) in one pass into a reusable array of tokens, so that a validation allocates
/// nothing once the buffers have grown. Stricter than the RFC where a lax reader would lose data: no duplicate names,
/// no lone surrogates, no NUL (by default), no byte order mark.
/// </summary>
sealed partial class JsonTape(DocumentLimits limits)
{
    readonly Frame[] frames = new Frame[limits.MaxDepth];
    readonly DuplicateNames duplicates = new();
    Token[] tokens = new Token[64];
    byte[] unescaped = new byte[256];
    int count;
    int unescapedLength;
    int depth;

    /// <summary>Why the last text was refused; null when it was not.</summary>
    public TapeFailure? Failure { get; private set; }

    /// <summary>The last tokenized text.</summary>
    public JsonView View(ReadOnlySpan<byte> json) => new(json, unescaped.AsSpan(0, unescapedLength), tokens.AsSpan(0, count));

    /// <summary>Tokenizes a text.</summary>
    /// <returns>False when it is refused; see <see cref="Failure"/>.</returns>
    public bool Read(ReadOnlySpan<byte> json)
    {
        count = unescapedLength = depth = 0;
        Failure = null;
        var at = 0;
        while (ReadValue(json, ref at))
        {
            var then = ReadBetween(json, ref at);
            if (then != Between.Next)
                return then == Between.End;
        }
        return false;
    }

    enum Between
    {
        Next,
        End,
        Refused,
    }

    /// <summary>Reads one scalar, one empty container, or the opening of containers down to their first scalar.</summary>
    bool ReadValue(ReadOnlySpan<byte> json, ref int at)
    {
        while (true)
        {
            SkipSpace(json, ref at);
            if (at >= json.Length)
                return Refuse(at, "the text ends where a value should stand");
            switch (json[at])
            {
                case (byte)'"':
                    return ReadString(json, ref at, isName: false);
                case (byte)'{':
                    if (!Open(TokenKind.Object, at++))
                        return false;
                    SkipSpace(json, ref at);
                    if (at < json.Length && json[at] == '}')
                    {
                        at++;
                        return Close(json);
                    }
                    if (!ReadName(json, ref at))
                        return false;
                    break;
                case (byte)'[':
                    if (!Open(TokenKind.Array, at++))
                        return false;
                    SkipSpace(json, ref at);
                    if (at < json.Length && json[at] == ']')
                    {
                        at++;
                        return Close(json);
                    }
                    tokens[frames[depth - 1].Token].Length = 1;
                    break;
                case (byte)'t':
                    return ReadLiteral(json, ref at, "true"u8, TokenKind.True);
                case (byte)'f':
                    return ReadLiteral(json, ref at, "false"u8, TokenKind.False);
                case (byte)'n':
                    return ReadLiteral(json, ref at, "null"u8, TokenKind.Null);
                default:
                    return ReadNumber(json, ref at);
            }
        }
    }

    /// <summary>Reads what stands behind a value: closings, then a comma (and the next name) or the end.</summary>
    Between ReadBetween(ReadOnlySpan<byte> json, ref int at)
    {
        while (true)
        {
            SkipSpace(json, ref at);
            if (depth == 0)
                return at == json.Length || Refuse(at, "more text stands behind the value") ? Between.End : Between.Refused;
            var container = frames[depth - 1].Token;
            var isObject = tokens[container].Kind == TokenKind.Object;
            var sign = at < json.Length ? json[at++] : 0;
            if (sign == ',')
            {
                if (isObject)
                    return ReadNext(json, ref at) ? Between.Next : Between.Refused;
                tokens[container].Length++;
                return Between.Next;
            }
            if (sign != (isObject ? '}' : ']'))
            {
                Refuse(at - (sign == 0 ? 0 : 1), isObject ? "',' or '}' should stand here" : "',' or ']' should stand here");
                return Between.Refused;
            }
            if (!Close(json))
                return Between.Refused;
        }
    }

    bool ReadNext(ReadOnlySpan<byte> json, ref int at)
    {
        SkipSpace(json, ref at);
        return ReadName(json, ref at);
    }

    bool ReadName(ReadOnlySpan<byte> json, ref int at)
    {
        if (at >= json.Length || json[at] != '"')
            return Refuse(at, "a property name in double quotes should stand here");
        var name = count;
        var start = at;
        if (!ReadString(json, ref at, isName: true))
            return false;
        ref var frame = ref frames[depth - 1];
        var view = View(json);
        var hash = NameHash.Of(view.Text(name));
        tokens[name].Next = (int)hash;
        var bit = 1UL << (int)(hash >> 26);
        var members = tokens[frame.Token].Length++;
        if ((frame.Names & bit) != 0 && members < DuplicateNames.Few && DuplicateNames.Precedes(view, frame.Token, members, name))
            return Refuse(start, "the property name stands twice in its object", "duplicate");
        frame.Names |= bit;
        SkipSpace(json, ref at);
        if (at >= json.Length || json[at] != ':')
            return Refuse(at, "':' should stand here");
        at++;
        return true;
    }

    bool Open(TokenKind kind, int at)
    {
        if (depth == frames.Length)
            return Refuse(at, $"arrays and objects stand more than {frames.Length} deep within one another", "depth");
        frames[depth++] = new Frame { Token = count };
        Add(new Token { Start = at, Kind = kind });
        return true;
    }

    bool Close(ReadOnlySpan<byte> json)
    {
        ref var container = ref tokens[frames[--depth].Token];
        container.Next = count;
        if (container.Kind != TokenKind.Object || container.Length <= DuplicateNames.Few)
            return true;
        var twice = duplicates.Find(View(json), frames[depth].Token);
        return twice < 0 || Refuse(tokens[twice].Start, "the property name stands twice in its object", "duplicate");
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    void Add(in Token token)
    {
        if (count == tokens.Length)
            Array.Resize(ref tokens, count * 2);
        tokens[count++] = token;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void SkipSpace(ReadOnlySpan<byte> json, ref int at)
    {
        while ((uint)at < (uint)json.Length && json[at] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
            at++;
    }

    bool Refuse(int at, string reason, string keyword = "json")
    {
        Failure = new TapeFailure(keyword, at, reason);
        return false;
    }

    struct Frame
    {
        public int Token;

        /// <summary>One bit per sixty-fourth of the hashes seen: a name whose bit is not set stands here for the first time.</summary>
        public ulong Names;
    }
}

/// <summary>Why a text is no document.</summary>
/// <param name="Keyword"><c>json</c>, <c>duplicate</c> or <c>depth</c>.</param>
/// <param name="Offset">Where, in bytes from the start.</param>
/// <param name="Reason">What is wrong, without the text itself.</param>
sealed record TapeFailure(string Keyword, int Offset, string Reason);
