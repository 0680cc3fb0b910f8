namespace Exchange.Engine.Schemas.Patterns;

/// <summary>A compiled ECMA-262 pattern: whether a text holds a match. Safe for use from several threads.</summary>
abstract class PatternMatcher
{
    public abstract bool IsMatch(ReadOnlySpan<byte> utf8);

    /// <summary>
    /// Compiles a pattern: to an automaton where that stays small, else to a linear-time
    /// <see cref="System.Text.RegularExpressions.Regex"/>, else (look-around, back references) to a backtracking one
    /// with a time limit, if that is allowed.
    /// </summary>
    /// <exception cref="PatternException">The pattern is none, or needs backtracking where that is not allowed.</exception>
    public static PatternMatcher Compile(string pattern, bool allowBacktracking)
    {
        var parsed = PatternParser.Parse(pattern);
        return PatternAutomaton.TryBuild(parsed) ?? (PatternMatcher)RegexMatcher.Compile(parsed, allowBacktracking);
    }
}
