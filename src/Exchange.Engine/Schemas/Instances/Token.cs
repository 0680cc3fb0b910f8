namespace Exchange.Engine.Schemas.Instances;

/// <summary>What a token is. An <see cref="Integer"/> is a number written without fraction and exponent.</summary>
enum TokenKind : byte
{
    Null,
    False,
    True,
    Integer,
    Number,
    String,
    Array,
    Object,
}

/// <summary>Sets of <see cref="TokenKind"/>.</summary>
[Flags]
enum KindSet : byte
{
    None = 0,
    Null = 1 << TokenKind.Null,
    Boolean = (1 << TokenKind.False) | (1 << TokenKind.True),
    Integer = 1 << TokenKind.Integer,
    Fraction = 1 << TokenKind.Number,
    Number = Integer | Fraction,
    String = 1 << TokenKind.String,
    Array = 1 << TokenKind.Array,
    Object = 1 << TokenKind.Object,
    Scalar = Null | Boolean | Number | String,
    All = 255,
}

/// <summary>
/// One value or property name of a tokenized document. The value of a name token follows it at once.
/// </summary>
struct Token
{
    /// <summary>Offset of the text: in the document, or among the unescaped texts when <see cref="Unescaped"/>.</summary>
    public int Start;

    /// <summary>Bytes of a string (without quotes) or number; members of an array or object.</summary>
    public int Length;

    /// <summary>Of a value: index of the token behind it and its descendants. Of a name: its hash.</summary>
    public int Next;

    public TokenKind Kind;

    /// <summary>The string had escapes; its text stands apart, unescaped.</summary>
    public bool Unescaped;

    /// <summary>The string has characters beyond ASCII.</summary>
    public bool Wide;
}
