using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Exchange.Engine.Schemas;

/// <summary>Version of a shared schema. A new major version may break consumers, a new minor version does not.</summary>
/// <param name="Major">From 1.</param>
/// <param name="Minor">From 0.</param>
public readonly record struct SchemaVersion(int Major, int Minor) : IComparable<SchemaVersion>
{
    /// <summary>Reads <c>major.minor</c>, such as <c>1.0</c>.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out SchemaVersion version)
    {
        version = default;
        if (text?.Split('.') is not [var major, var minor] || !TryPart(major, out var first) || !TryPart(minor, out var second) || first == 0)
            return false;
        version = new SchemaVersion(first, second);
        return true;
    }

    static bool TryPart(string text, out int value) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && (text.Length == 1 || text[0] != '0');

    /// <inheritdoc/>
    public int CompareTo(SchemaVersion other) => Major != other.Major ? Major.CompareTo(other.Major) : Minor.CompareTo(other.Minor);

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Major}.{Minor}");

    /// <summary>Order of versions.</summary>
    public static bool operator <(SchemaVersion left, SchemaVersion right) => left.CompareTo(right) < 0;

    /// <summary>Order of versions.</summary>
    public static bool operator >(SchemaVersion left, SchemaVersion right) => left.CompareTo(right) > 0;

    /// <summary>Order of versions.</summary>
    public static bool operator <=(SchemaVersion left, SchemaVersion right) => left.CompareTo(right) <= 0;

    /// <summary>Order of versions.</summary>
    public static bool operator >=(SchemaVersion left, SchemaVersion right) => left.CompareTo(right) >= 0;
}
