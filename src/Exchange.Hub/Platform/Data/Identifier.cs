namespace Exchange.Hub.Platform;

/// <summary>A name of a database object, for the holes of a <see cref="SqlText"/>. Quoted, whatever it contains.</summary>
public readonly record struct Identifier
{
    readonly string quoted;

    /// <summary>Takes the name, with its schema where it has one.</summary>
    /// <exception cref="ArgumentException">A part is empty or holds a NUL.</exception>
    public Identifier(params ReadOnlySpan<string> parts)
    {
        var pieces = new string[parts.Length];
        for (var i = 0; i < parts.Length; i++)
            pieces[i] = Quote(parts[i]);
        quoted = string.Join('.', pieces);
    }

    /// <summary>One name, quoted.</summary>
    /// <exception cref="ArgumentException">It is empty or holds a NUL.</exception>
    public static string Quote(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (name.Contains('\0', StringComparison.Ordinal))
            throw new ArgumentException("A database object's name holds no NUL.", nameof(name));
        return $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    /// <summary>The quoted name.</summary>
    public override string ToString() => quoted;
}

/// <summary>A text constant for statements that take no parameters (DDL). Everything else takes <c>$1</c>.</summary>
public readonly record struct Literal(string Text)
{
    /// <summary>The quoted constant.</summary>
    public override string ToString() =>
        $"E'{Text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal)}'";
}
