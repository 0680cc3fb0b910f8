using System.Text.Json;

namespace Exchange.Cli;

/// <summary>
/// People name runs and tokens by the last characters of their ids. The ids are UUIDs of version 7: they begin with the
/// time, so it is their ends that differ.
/// </summary>
static class ShortId
{
    const int Shown = 8;
    const int Least = 4;

    public static string Of(string id) => Guid.TryParse(id, out _) ? id[^Shown..] : id;

    /// <summary>True for what may be the end of an id; a dataset's name may be, too.</summary>
    public static bool IsPossible(string text) => text.Length >= Least && text.All(char.IsAsciiHexDigit);

    /// <summary>The one item whose id ends so.</summary>
    /// <exception cref="CliException">There is none, or more than one.</exception>
    public static JsonElement Find(IEnumerable<JsonElement> items, string text, string what)
    {
        var found = items.Where(item => item.Text("id")?.EndsWith(text, StringComparison.OrdinalIgnoreCase) == true).Take(2).ToList();
        return found switch
        {
            [var one] => one,
            [] => throw new CliException(ExitCode.NotFound, $"There is no {what} whose id ends with \"{text}\"."),
            _ => throw new CliException(ExitCode.Usage, $"More than one {what} has an id that ends with \"{text}\".") { Fix = "Give more of it." },
        };
    }
}
