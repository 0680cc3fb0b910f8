using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Exchange.Engine.Schemas.Instances;

/// <summary>A tokenized document as the keywords see it: token 0 is the root.</summary>
readonly ref struct JsonView(ReadOnlySpan<byte> utf8, ReadOnlySpan<byte> unescaped, ReadOnlySpan<Token> tokens)
{
    readonly ReadOnlySpan<byte> utf8 = utf8;
    readonly ReadOnlySpan<byte> unescaped = unescaped;
    readonly ReadOnlySpan<Token> tokens = tokens;

    public ref readonly Token this[int token] => ref tokens[token];

    /// <summary>Tokens in all.</summary>
    public int Count => tokens.Length;

    /// <summary>Unescaped text of a string or name, or the digits of a number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<byte> Text(int token)
    {
        ref readonly var t = ref tokens[token];
        return (t.Unescaped ? unescaped : utf8).Slice(t.Start, t.Length);
    }

    /// <summary>JSON pointer of a value; of a name, the pointer of its object. Found by walking down from the root.</summary>
    public string PointerTo(int target)
    {
        var pointer = new StringBuilder();
        var at = 0;
        while (at != target)
        {
            var child = tokens[at].Kind == TokenKind.Object ? StepIntoObject(at, target, pointer) : StepIntoArray(at, target, pointer);
            if (child < 0)
                break;
            at = child;
        }
        return pointer.ToString();
    }

    int StepIntoObject(int at, int target, StringBuilder pointer)
    {
        for (int i = 0, name = at + 1; i < tokens[at].Length; i++, name = tokens[name + 1].Next)
        {
            if (name == target)
                return -1;
            if (target < tokens[name + 1].Next)
            {
                pointer.Append('/').Append(JsonPointer.Escape(Encoding.UTF8.GetString(Text(name))));
                return name + 1;
            }
        }
        return -1;
    }

    int StepIntoArray(int at, int target, StringBuilder pointer)
    {
        for (int i = 0, item = at + 1; i < tokens[at].Length; i++, item = tokens[item].Next)
        {
            if (target >= tokens[item].Next)
                continue;
            pointer.Append(CultureInfo.InvariantCulture, $"/{i}");
            return item;
        }
        return -1;
    }
}
