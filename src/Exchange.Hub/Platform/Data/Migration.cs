using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;

namespace Exchange.Hub.Platform;

/// <summary>One numbered step of the database's schema: <c>&lt;Room&gt;/NNNN_name.sql</c>, embedded in the program.</summary>
/// <param name="Number">Unique in the whole program; steps are applied in this order.</param>
/// <param name="Name"><c>Room/NNNN_name.sql</c>, as the journal keeps it.</param>
/// <param name="Text">SQL.</param>
public sealed partial record Migration(int Number, string Name, string Text)
{
    /// <summary>All migrations of the program.</summary>
    public static IReadOnlyList<Migration> All { get; } =
    [
        .. from resource in Resources()
           where NumberedName().IsMatch(resource.File)
           let number = int.Parse(resource.File[..4], CultureInfo.InvariantCulture)
           orderby number
           select new Migration(number, $"{resource.Room}/{resource.File}", resource.Text),
    ];

    /// <summary>
    /// What the application's role may do, by room (<c>&lt;Room&gt;/grants.sql</c>): stated anew at every start, so that
    /// it holds for whatever role the hub works as. <c>:application</c> and <c>:jobs</c> stand for the roles.
    /// </summary>
    public static IReadOnlyList<string> Grants { get; } = [.. Resources().Where(resource => resource.File == "grants.sql").Select(resource => resource.Text)];

    static IEnumerable<(string Room, string File, string Text)> Resources()
    {
        var program = typeof(Migration).Assembly;
        foreach (var resource in program.GetManifestResourceNames().Where(name => name.EndsWith(".sql", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            var parts = resource.Split('.'); // Exchange.Hub.<Room>[.<Folder>].<file>.sql
            yield return (parts[2], $"{parts[^2]}.sql", Read(program, resource));
        }
    }

    static string Read(Assembly program, string resource)
    {
        using var reader = new StreamReader(program.GetManifestResourceStream(resource)!);
        return reader.ReadToEnd();
    }

    [GeneratedRegex(@"^[0-9]{4}_[a-z0-9_]+\.sql$", RegexOptions.CultureInvariant)]
    private static partial Regex NumberedName();
}
