using System.Globalization;

namespace Exchange.Hub.Demo;

/// <summary>How the demo is told.</summary>
/// <param name="Once">End after the story instead of living on.</param>
/// <param name="People">Residents of the city; the rest follows.</param>
/// <param name="Port">Port on the loopback address; 0 for any free one.</param>
sealed record DemoOptions(bool Once = false, int People = 24_000, int Port = 5080)
{
    const int FewestPeople = 1_000; // below, the story's 19 bad rows would be more than the rejects that its limits allow
    const int MostPeople = 5_000_000; // above, sequence numbers of resident ids would run out of three digits

    /// <summary>What the words after <c>demo</c> mean.</summary>
    /// <exception cref="DemoUsageException">A word is unknown or a number will not do.</exception>
    public static DemoOptions Parse(IReadOnlyList<string> words)
    {
        var options = new DemoOptions();
        for (var i = 0; i < words.Count; i++)
        {
            options = words[i] switch
            {
                "--once" => options with { Once = true },
                "--people" => options with { People = Number(words, ++i, FewestPeople, MostPeople) },
                "--port" => options with { Port = Number(words, ++i, 0, 65_535) },
                _ => throw new DemoUsageException($"{words[i]} means nothing to the demo; it knows --once, --people <number> and --port <number>."),
            };
        }
        return options;
    }

    static int Number(IReadOnlyList<string> words, int index, int least, int most) =>
        index < words.Count && int.TryParse(words[index], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new DemoUsageException($"{words[index - 1]} needs a whole number from {least} to {most}.");
}

/// <summary>The words after <c>demo</c> will not do. The message says what would.</summary>
sealed class DemoUsageException(string message) : Exception(message);
