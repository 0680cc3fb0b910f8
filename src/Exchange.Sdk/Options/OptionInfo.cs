namespace Exchange.Sdk;

/// <summary>The JSON type of an option.</summary>
public enum OptionType
{
    /// <summary>A JSON string.</summary>
    Text,

    /// <summary>A JSON whole number.</summary>
    Integer,

    /// <summary><c>true</c> or <c>false</c>.</summary>
    Boolean,

    /// <summary>A JSON string out of <see cref="OptionInfo.Choices"/>.</summary>
    Choice,

    /// <summary>A JSON array of strings.</summary>
    TextList,
}

/// <summary>One declared option of a plugin.</summary>
/// <param name="Name">Its name in documents, in camelCase.</param>
/// <param name="Type">Its JSON type.</param>
/// <param name="Description">One sentence for people.</param>
public sealed record OptionInfo(string Name, OptionType Type, string Description)
{
    /// <summary>True when a source cannot do without it.</summary>
    public bool Required { get; init; }

    /// <summary>True for a value that never leaves.</summary>
    public bool Secret { get; init; }

    /// <summary>What holds when the option is not given, as JSON text; null when nothing does.</summary>
    public string? Default { get; init; }

    /// <summary>Smallest number allowed.</summary>
    public long? Minimum { get; init; }

    /// <summary>Largest number allowed.</summary>
    public long? Maximum { get; init; }

    /// <summary>Values allowed for <see cref="OptionType.Choice"/>.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>An example for the form and the README.</summary>
    public string? Example { get; init; }

    /// <summary>What may be given, in words: <c>a whole number from 1 to 65535</c>.</summary>
    public string Allowed => Type switch
    {
        OptionType.Integer => (Minimum, Maximum) switch
        {
            (null, null) => "a whole number",
            ({ } least, null) => $"a whole number of at least {least}",
            (null, { } most) => $"a whole number of at most {most}",
            ({ } least, { } most) => $"a whole number from {least} to {most}",
        },
        OptionType.Boolean => "true or false",
        OptionType.Choice => $"one of {string.Join(", ", Choices)}",
        OptionType.TextList => "a list of texts",
        _ => "a text",
    };
}

/// <summary>Something wrong in a document, tied to its place.</summary>
/// <param name="Pointer">JSON pointer (RFC 6901) to the value, such as <c>/options/port</c>.</param>
/// <param name="Message">What is wrong and what is allowed. Never holds the value of a secret.</param>
public sealed record OptionProblem(string Pointer, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Pointer}: {Message}";
}

/// <summary>Rules of an options record that no single option can state, such as two options that exclude each other.</summary>
public interface IOptionRules
{
    /// <summary>The option (camelCase) and what is wrong with it, for each rule that is broken.</summary>
    IEnumerable<(string Option, string Message)> BrokenRules();
}
