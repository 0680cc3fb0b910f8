using System.Text;
using System.Text.RegularExpressions;

namespace Exchange.Connectors.Folder;

/// <summary>A file name pattern: <c>*</c>, <c>?</c> and <c>**</c>. Upper and lower case differ.</summary>
sealed class Glob
{
    readonly Regex regex;

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
