using Exchange.Engine.Schemas.Instances;

namespace Exchange.Engine.Schemas.Keywords;

/// <summary><c>type</c>. Only run for kinds it refuses, and for fractions such as 1.0 that may be integers.</summary>
sealed class TypeKeyword(string pointer, KindSet allowed, string message)
    : SimpleKeyword("type", pointer, KindSet.All & ~allowed, message)
{
    /// <summary>The kinds that an array of type names, or one, allows.</summary>
    public KindSet Allowed { get; } = allowed;

    public override int Order => -1;

    protected override bool Holds(in JsonView json, int token) =>
        (Allowed & KindSet.Integer) != 0 && json[token].Kind == TokenKind.Number && ExactNumber.Parse(json.Text(token)).IsInteger;
}

/// <summary>The schema <c>false</c>.</summary>
sealed class NothingKeyword(string pointer) : SimpleKeyword("false", pointer, KindSet.All, "must not be there")
{
    protected override bool Holds(in JsonView json, int token) => false;
}

/// <summary><c>const</c> and <c>enum</c>.</summary>
sealed class EnumKeyword : SimpleKeyword
{
    readonly byte[] json;
    readonly JsonTape tape;
    readonly int[] values;
    readonly byte[][]? texts;

    /// <param name="name"><c>const</c> or <c>enum</c>.</param>
    /// <param name="pointer">Place in the schema.</param>
    /// <param name="array">The allowed values as JSON array.</param>
    /// <param name="tape">The same, tokenized; it is kept and must not be used further.</param>
    /// <param name="message">What must hold.</param>
    public EnumKeyword(string name, string pointer, byte[] array, JsonTape tape, string message)
        : base(name, pointer, KindSet.All, message)
    {
        json = array;
        this.tape = tape;
        var view = tape.View(json);
        values = new int[view[0].Length];
        for (int i = 0, item = 1; i < values.Length; i++, item = view[item].Next)
            values[i] = item;
        IsScalar = Are(KindSet.Scalar, view);
        if (Are(KindSet.String, view))
            texts = TextsOf(view);
    }

    /// <summary>Allowed values may be larger than records.</summary>
    public static DocumentLimits Limits { get; } = new() { AllowNul = true, MaxDepth = 512, MaxNumberLength = int.MaxValue };

    /// <summary>Whether only scalars are allowed.</summary>
    public bool IsScalar { get; }

    protected override bool Holds(in JsonView json, int token)
    {
        if (texts is not null)
            return json[token].Kind == TokenKind.String && HoldsText(json.Text(token));
        var allowed = tape.View(this.json);
        foreach (var value in values)
        {
            if (JsonEquality.Equal(json, token, allowed, value))
                return true;
        }
        return false;
    }

    bool HoldsText(ReadOnlySpan<byte> text)
    {
        foreach (var allowed in texts!)
        {
            if (text.SequenceEqual(allowed))
                return true;
        }
        return false;
    }

    bool Are(KindSet kinds, in JsonView view)
    {
        foreach (var value in values)
        {
            if (((int)kinds & (1 << (int)view[value].Kind)) == 0)
                return false;
        }
        return true;
    }

    byte[][] TextsOf(in JsonView view)
    {
        var found = new byte[values.Length][];
        for (var i = 0; i < values.Length; i++)
            found[i] = view.Text(values[i]).ToArray();
        return found;
    }
}
