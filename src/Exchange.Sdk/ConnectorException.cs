namespace Exchange.Sdk;

/// <summary>Named by what to do next. Only <see cref="Unavailable"/> is tried again by itself.</summary>
public enum ConnectorErrorKind
{
    /// <summary>The source document is wrong: a person must change it.</summary>
    Configuration,

    /// <summary>The source refused who we are: a person must give other credentials or rights.</summary>
    Authentication,

    /// <summary>The source is away for now: try again later.</summary>
    Unavailable,

    /// <summary>The source no longer looks as it did: a person must look at the mapping.</summary>
    SourceSchemaChanged,

    /// <summary>The checkpoint is no longer usable: read everything again.</summary>
    StateExpired,

    /// <summary>The connector is wrong: its author must mend it.</summary>
    Bug,
}

/// <summary>A source could not be read. The message says what happened, where, and what to do, and holds no secret.</summary>
public sealed class ConnectorException(ConnectorErrorKind kind, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What to do next.</summary>
    public ConnectorErrorKind Kind { get; } = kind;

    /// <summary>When to try again, where the source said so.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
