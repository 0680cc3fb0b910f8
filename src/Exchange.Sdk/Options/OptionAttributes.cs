namespace Exchange.Sdk;

/// <summary>
/// Declares one option: the same declaration drives validation, the form's JSON Schema, the README's table, the
/// command line's help and redaction. Put it on init properties of an options record.
/// Allowed property types: string, int, long, bool, enum, string[] and their nullable forms.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class OptionAttribute(string description) : Attribute
{
    /// <summary>One sentence for people.</summary>
    public string Description { get; } = description;

    /// <summary>True when a source cannot do without it.</summary>
    public bool Required { get; init; }

    /// <summary>True for a value that never leaves: encrypted at rest, left out of logs, errors, exports and answers.</summary>
    public bool Secret { get; init; }

    /// <summary>Smallest number allowed.</summary>
    public long Minimum { get; init; } = long.MinValue;

    /// <summary>Largest number allowed.</summary>
    public long Maximum { get; init; } = long.MaxValue;

    /// <summary>An example for the form and the README.</summary>
    public string? Example { get; init; }
}
