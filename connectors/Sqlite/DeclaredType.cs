using System.Globalization;
using System.Text.RegularExpressions;
using Exchange.Sdk;

namespace Exchange.Connectors.Sqlite;

/// <summary>
/// What the declared type of a column says about its values. SQLite itself takes it as a hint only: any value may stand
/// in any column, so each value is still looked at by itself.
/// </summary>
/// <param name="Kind">The kind that values usually have.</param>
/// <param name="Scale">Digits after the point, where declared.</param>
readonly partial record struct DeclaredType(ValueKind Kind, int? Scale = null)
{
    public static DeclaredType Parse(string declared)
    {
        var name = declared.ToUpperInvariant();
        if (name.Contains("BOOL", StringComparison.Ordinal))
            return new(ValueKind.Boolean);
        if (name.Contains("DATETIME", StringComparison.Ordinal) || name.Contains("TIMESTAMP", StringComparison.Ordinal))
            return new(ValueKind.LocalDateTime);
        if (name.StartsWith("DATE", StringComparison.Ordinal))
            return new(ValueKind.Date);
        if (name.StartsWith("TIME", StringComparison.Ordinal))
            return new(ValueKind.Time);
        if (name.Contains("DEC", StringComparison.Ordinal) || name.Contains("NUMERIC", StringComparison.Ordinal))
            return new(ValueKind.Decimal, ScaleIn().Match(name) is { Success: true } scale ? int.Parse(scale.Groups[1].Value, CultureInfo.InvariantCulture) : null);
        // From here as SQLite determines affinity (sqlite.org/datatype3.html, section 3.1).
        if (name.Contains("INT", StringComparison.Ordinal))
            return new(ValueKind.Integer);
        if (name.Contains("CHAR", StringComparison.Ordinal) || name.Contains("CLOB", StringComparison.Ordinal) || name.Contains("TEXT", StringComparison.Ordinal))
            return new(ValueKind.Text);
        if (name.Contains("BLOB", StringComparison.Ordinal))
            return new(ValueKind.Bytes);
        return name.Contains("REAL", StringComparison.Ordinal) || name.Contains("FLOA", StringComparison.Ordinal) || name.Contains("DOUB", StringComparison.Ordinal)
            ? new(ValueKind.Double)
            : new(ValueKind.Text);
    }

    [GeneratedRegex(@"\(\s*\d+\s*,\s*(\d+)\s*\)")]
    private static partial Regex ScaleIn();
}
