using System.Text.RegularExpressions;

namespace Exchange.Hub.Platform;

/// <summary>Gathers everything that is wrong with a request, so that one answer names it all.</summary>
public sealed partial class Validation
{
    readonly List<FieldError> errors = [];

    /// <summary>Notes an error unless the condition holds.</summary>
    public Validation Require(bool condition, string pointer, string message, string fix)
    {
        if (!condition)
            errors.Add(new FieldError(pointer, message, fix));
        return this;
    }

    /// <summary>A short line for people: 1 to 200 characters, not only spaces.</summary>
    public Validation RequireName(string? text, string pointer) =>
        Require(!string.IsNullOrWhiteSpace(text) && text.Length <= 200, pointer, "is empty or too long", "Give 1 to 200 characters.");

    /// <summary>A name that stands in addresses: lower-case letters, digits, hyphens, at most 63 long.</summary>
    public Validation RequireSlug(string? text, string pointer) =>
        Require(IsSlug(text), pointer, "is not an identifier", "Use 1 to 63 lower-case letters, digits and hyphens, beginning with a letter: company-register.");

    /// <summary>Whether a text is such a name.</summary>
    public static bool IsSlug(string? text) => text is not null && Slug().IsMatch(text);

    /// <summary>Throws when anything was noted.</summary>
    /// <exception cref="HubException">With every error noted.</exception>
    public void ThrowIfAny()
    {
        if (errors.Count > 0)
            throw HubException.Invalid(errors);
    }

    [GeneratedRegex(@"\A[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Slug();
}
