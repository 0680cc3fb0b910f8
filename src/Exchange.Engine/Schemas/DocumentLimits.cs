namespace Exchange.Engine.Schemas;

/// <summary>What a document may be at most before its content is looked at.</summary>
public sealed record DocumentLimits
{
    /// <summary>The limits used unless told otherwise.</summary>
    public static DocumentLimits Default { get; } = new();

    /// <summary>Arrays and objects within one another.</summary>
    public int MaxDepth { get; init; } = 64;

    /// <summary>Characters of one number; exact arithmetic on longer ones would cost too much.</summary>
    public int MaxNumberLength { get; init; } = 4096;

    /// <summary>Whether <c>\u0000</c> may stand in a text. Most databases cannot hold it, so it is refused by default.</summary>
    public bool AllowNul { get; init; }
}
