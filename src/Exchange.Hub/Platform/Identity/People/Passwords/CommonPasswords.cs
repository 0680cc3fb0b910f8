using System.Collections.Frozen;

namespace Exchange.Hub.Platform;

/// <summary>
/// Passwords that are tried first. The list beside this file holds cores: what is left of a password without digits and
/// signs around it, with letters for the digits that people write in their place. So a short list refuses
/// <c>P@ssw0rd-2026!</c> too.
/// </summary>
static class CommonPasswords
{
    static readonly FrozenSet<string> Cores = Read();

    public static bool Include(string password)
    {
        var lower = password.ToLowerInvariant();
        var first = lower.AsSpan().IndexOfAnyInRange('a', 'z');
        var last = lower.AsSpan().LastIndexOfAnyInRange('a', 'z');
        var core = first < 0 ? "" : lower[first..(last + 1)];
        return Cores.Contains(lower) || Cores.Contains(WithoutSigns(core)) || Cores.Contains(WithoutSigns(Unmasked(core)));
    }

    static string WithoutSigns(string text) => string.Concat(text.Where(char.IsLetterOrDigit));

    static string Unmasked(string lower) => string.Create(lower.Length, lower, static (letters, text) =>
    {
        for (var i = 0; i < letters.Length; i++)
        {
            letters[i] = text[i] switch
            {
                '0' => 'o',
                '1' or '!' => 'i',
                '3' => 'e',
                '4' or '@' => 'a',
                '5' or '$' => 's',
                '7' => 't',
                var other => other,
            };
        }
    });

    static FrozenSet<string> Read()
    {
        using var reader = new StreamReader(typeof(CommonPasswords).Assembly.GetManifestResourceStream("CommonPasswords.txt")!);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).ToFrozenSet();
    }
}
