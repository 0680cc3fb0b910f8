using System.Text;
using Microsoft.AspNetCore.Identity;

namespace Exchange.Hub.Platform;

/// <summary>
/// What a password may be, by NIST SP 800-63B section 3.1.1.2: long enough, not commonly used, nothing that stands on the
/// person's door. No rules on kinds of characters, no expiry.
/// </summary>
public sealed class PasswordRules : IPasswordValidator<Person>
{
    /// <summary>Fewest characters.</summary>
    public const int Shortest = 12;

    /// <summary>Most characters.</summary>
    public const int Longest = 128;

    /// <summary>What must be left of a password without the words that anybody would try for this person.</summary>
    const int LeastOfItsOwn = 8;

    /// <summary>Shorter parts of names and addresses occur in any text.</summary>
    const int ShortestWord = 3;

    const int LongestRepeatedPart = 4;
    const string Product = "exchange";

    /// <summary>The same password, however the keyboard composes its characters.</summary>
    public static string Normalize(string password)
    {
        try
        {
            return password.Normalize(NormalizationForm.FormKC);
        }
        catch (ArgumentException)
        {
            return password; // half a surrogate pair: no text, so nothing to normalise, and no password that anybody could have set
        }
    }

    /// <summary>What is wrong with a password for this person, or null.</summary>
    public static string? Fault(string password, string name, string email)
    {
        if (password.EnumerateRunes().Contains(Rune.ReplacementChar) || password.Any(char.IsControl) || !password.IsNormalized(NormalizationForm.FormKC))
            return "holds characters that cannot be typed again";
        var length = password.EnumerateRunes().Count();
        if (length < Shortest)
            return $"has fewer than {Shortest} characters";
        if (length > Longest)
            return $"has more than {Longest} characters";
        if (IsRepeated(password))
            return "repeats the same few characters";
        if (IsSequence(password))
            return "is a sequence of neighbouring characters";
        if (CommonPasswords.Include(password))
            return "is one of the passwords that are tried first";
        return RestWithout(password, WordsOf(name, email)) < LeastOfItsOwn ? "is mostly the name, the mail address or the product's name" : null;
    }

    /// <inheritdoc/>
    public Task<IdentityResult> ValidateAsync(UserManager<Person> manager, Person user, string? password) =>
        Task.FromResult(Fault(password ?? "", user.Name, user.Email) is { } fault ? IdentityResult.Failed(new IdentityError { Code = "Password", Description = fault }) : IdentityResult.Success);

    /// <summary>Refuses what will not do.</summary>
    /// <param name="password">Normalised.</param>
    /// <param name="person">Whose it is to be.</param>
    /// <param name="pointer">Where it stands in the request.</param>
    /// <exception cref="HubException">Says what is wrong with it.</exception>
    public static void Require(string password, Person person, string pointer)
    {
        if (Fault(password, person.Name, person.Email) is { } fault)
            throw HubException.Invalid(new FieldError(pointer, fault, Advice));
    }

    /// <summary>What would do.</summary>
    public static string Advice => $"Take {Shortest} to {Longest} characters that nobody would guess: several words that do not belong together, for example.";

    static bool IsRepeated(string password) =>
        Enumerable.Range(1, LongestRepeatedPart).Any(part => Enumerable.Range(part, password.Length - part).All(i => password[i] == password[i - part]));

    static bool IsSequence(string password)
    {
        var steps = password.Zip(password.Skip(1), (first, second) => second - first).ToList();
        return steps.TrueForAll(step => step is 1 or -9) || steps.TrueForAll(step => step is -1 or 9);
    }

    static int RestWithout(string password, IEnumerable<string> words) =>
        words.OrderByDescending(word => word.Length).Aggregate(password, (rest, word) => rest.Replace(word, "", StringComparison.OrdinalIgnoreCase)).EnumerateRunes().Count();

    static IEnumerable<string> WordsOf(string name, string email) =>
        email.Split('@', '.', '-', '_', '+').Concat(name.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).Append(email).Append(Product).Where(word => word.Length >= ShortestWord);
}
