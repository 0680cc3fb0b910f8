namespace Exchange.Sdk;

/// <summary>Where something stood in its source.</summary>
/// <param name="Origin">File or table; null when the stream has but one.</param>
/// <param name="Row">Row or line number from 1; 0 when unknown.</param>
/// <param name="ByteOffset">Offset in the source bytes; -1 when unknown.</param>
public readonly record struct SourcePosition(string? Origin, long Row, long ByteOffset);

/// <summary>A row that could not be read at all, with its reason and the row as people can read it.</summary>
/// <param name="Code">Stable kebab-case code, such as <c>malformed-row</c>.</param>
/// <param name="Message">What is wrong and what to do, for a person.</param>
/// <param name="Position">Where it stood.</param>
/// <param name="Raw">The row as UTF-8 text where the source's encoding is known, else its bytes; cut at 64 KiB.</param>
public sealed record SourceReject(string Code, string Message, SourcePosition Position, byte[] Raw)
{
    /// <summary>Raw bytes kept of one reject at most.</summary>
    public const int RawLimit = 64 * 1024;
}
