using System.Text;
using Exchange.Engine.Schemas.Instances;
using Exchange.Engine.Schemas.Keywords;

namespace Exchange.Engine.Schemas;

/// <summary>Kinds of scalar values as they are written into a record.</summary>
public enum LeafKind : byte
{
    /// <summary><c>null</c></summary>
    Null = TokenKind.Null,

    /// <summary><c>false</c></summary>
    False = TokenKind.False,

    /// <summary><c>true</c></summary>
    True = TokenKind.True,

    /// <summary>A number without fraction and exponent.</summary>
    Integer = TokenKind.Integer,

    /// <summary>Any other number.</summary>
    Number = TokenKind.Number,

    /// <summary>A text.</summary>
    String = TokenKind.String,
}

/// <summary>
/// Everything a schema says about one scalar field, checkable on the value itself while it is being written. Immutable
/// and safe for use from several threads.
/// </summary>
public sealed class LeafPlan
{
    static readonly Evaluation FirstFailureOnly = new(tracks: false);
    readonly SchemaNode node;
    readonly string pointer;

    internal LeafPlan(SchemaNode node, string name)
    {
        this.node = node;
        pointer = "/" + JsonPointer.Escape(name);
    }

    /// <summary>True when any value of an allowed type passes, so that a writer that knows the type need not ask.</summary>
    internal bool ChecksOnlyType => node.Keywords.All(keyword => keyword is TypeKeyword);

    /// <summary>Checks a value.</summary>
    /// <param name="utf8">
    /// A text without quotes and escapes, which must be sound UTF-8; or a number as JSON writes it, so that its kind
    /// fits. Not looked at for null, true and false.
    /// </param>
    /// <param name="kind">What the value is.</param>
    /// <param name="isAscii">True when the text is known to be ASCII; else it is looked at.</param>
    /// <returns>Null when the value is right, else the first thing wrong with it.</returns>
    public SchemaError? Check(ReadOnlySpan<byte> utf8, LeafKind kind, bool isAscii = false)
    {
        Span<Token> token = stackalloc Token[1];
        token[0] = new Token { Length = utf8.Length, Next = 1, Kind = (TokenKind)kind, Wide = kind == LeafKind.String && !isAscii && !Ascii.IsValid(utf8) };
        var json = new JsonView(utf8, [], token);
        return node.Check(FirstFailureOnly, json, 0) ? null : Explain(json);
    }

    SchemaError Explain(in JsonView json)
    {
        var errors = new List<SchemaError>();
        var evaluation = new Evaluation(tracks: false);
        evaluation.Reset(errors);
        node.Check(evaluation, json, 0);
        return errors[0] with { InstancePointer = pointer };
    }
}
