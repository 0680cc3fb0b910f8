namespace Exchange.Engine.Mapping;

/// <summary>Codes that a mapping itself gives to the rows that it rejects.</summary>
internal static class RejectionCode
{
    public const string DefaultMessage = "The mapping rejects this row.";

    /// <exception cref="FormatException">The code is not in kebab case.</exception>
    public static string Check(string code) => code.Length is > 0 and <= 64 && code.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-') && char.IsAsciiLetterLower(code[0])
        ? code
        : throw new FormatException($"'{code}' is no reject code. Use lower-case letters, digits and hyphens, such as 'ends-before-start'.");
}
