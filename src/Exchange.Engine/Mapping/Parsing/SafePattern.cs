using System.Text.RegularExpressions;

namespace Exchange.Engine.Mapping.Parsing;

/// <summary>Regular expressions that take linear time whatever the text, so that no row can stall a run.</summary>
internal static class SafePattern
{
    /// <exception cref="FormatException">The pattern is wrong, or needs backtracking (look-around, back references).</exception>
    public static Regex Compile(string pattern)
    {
        try
        {
            return new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (NotSupportedException)
        {
            throw new FormatException($"The pattern '{pattern}' needs backtracking, which could stall a run. Do without look-around, back references and atomic groups.");
        }
        catch (ArgumentException exception)
        {
            throw new FormatException($"'{pattern}' is no regular expression: {exception.Message}");
        }
    }
}
