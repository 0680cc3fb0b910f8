using System.Text;
using System.Text.RegularExpressions;

namespace Exchange.Sdk;

/// <summary>
/// A file name pattern: <c>*</c> is any text without a slash, <c>?</c> one character, <c>**</c> any number of folders.
/// Upper and lower case differ.
/// </summary>
public sealed class Glob
{
    readonly Regex regex;

    /// <summary>Makes a matcher of a pattern with forward slashes.</summary>
    public Glob(string pattern)
    {
        Deep = pattern.Contains('/');
        regex = new Regex(Translate(pattern), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.Singleline);
    }

    /// <summary>True when files in sub-folders can match.</summary>
    public bool Deep { get; }

    /// <summary>Whether a path with forward slashes, relative to the root, matches.</summary>
    public bool Matches(string path) => regex.IsMatch(path);

    static string Translate(string pattern)
    {
        var text = new StringBuilder("^");
        for (var i = 0; i < pattern.Length; i++)
        {
            if (pattern.AsSpan(i).StartsWith("**/") && (i == 0 || pattern[i - 1] == '/'))
            {
                text.Append("(?:[^/]+/)*");
                i += 2;
            }
            else
            {
                text.Append(pattern[i] switch { '*' => "[^/]*", '?' => "[^/]", var other => Regex.Escape(other.ToString()) });
            }
        }
        return text.Append("\\z").ToString();
    }
}
