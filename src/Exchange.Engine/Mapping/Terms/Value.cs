using Exchange.Sdk;

namespace Exchange.Engine.Mapping.Terms;

/// <summary>
/// One scalar on its way through a mapping: its kind, and its bytes in the canonical form of that kind. Bytes lie in the
/// source batch, in the row's scratch space or in a constant, so that nothing is allocated.
/// </summary>
internal readonly ref struct Value(ValueKind kind, ReadOnlySpan<byte> utf8, bool isPlain = false)
{
    /// <summary>The kind of a value that could not be had; its fault stands in the row.</summary>
    const ValueKind Failed = (ValueKind)byte.MaxValue;

    public ValueKind Kind { get; } = kind;

    public ReadOnlySpan<byte> Utf8 { get; } = utf8;

    /// <summary>True for text that is known to be plain (see <see cref="Records.JsonBuffer.IsPlain"/>); false where nobody looked.</summary>
    public bool IsPlain { get; } = isPlain;

    public static Value Null => default;

    public static Value Fault => new(Failed, default);

    public static Value True => new(ValueKind.Boolean, "true"u8);

    public static Value False => new(ValueKind.Boolean, "false"u8);

    public bool IsNull => Kind == ValueKind.Null;

    public bool IsFault => Kind == Failed;

    /// <summary>Neither null nor a fault.</summary>
    public bool IsPresent => Kind is not (ValueKind.Null or Failed);

    public bool IsTrue => Kind == ValueKind.Boolean && Utf8.Length == 4;

    public static Value Of(bool value) => value ? True : False;

    public static Value Text(ReadOnlySpan<byte> utf8) => new(ValueKind.Text, utf8);
}
