using System.Buffers;
using System.Globalization;

namespace Exchange.Hub.Delivery.Dcat.Rdf;

/// <summary>What a statement may be about (RDF 1.1 Concepts, section 3). Blank nodes are not used: everything of the catalog has an address.</summary>
abstract record Term;

/// <summary>An absolute IRI.</summary>
sealed record Iri : Term
{
    static readonly SearchValues<char> forbidden = SearchValues.Create([.. Enumerable.Range(0, ' ' + 1).Select(code => (char)code), .. "<>\"{}|^`\\"]);

    /// <summary>Takes an IRI as it stands.</summary>
    /// <exception cref="FormatException">It is not absolute, or holds a character that no IRI may hold.</exception>
    public Iri(string text)
    {
        if (!IsIri(text))
            throw new FormatException($"\"{text}\" is not an absolute IRI.");
        Text = text;
    }

    public string Text { get; }

    /// <summary>Whether a text is an absolute IRI that Turtle can write between angle brackets (RDF 1.1 Turtle, section 6.5, IRIREF).</summary>
    public static bool IsIri(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out _) && char.IsAsciiLetter(text[0]) && !text.AsSpan().ContainsAny(forbidden);

    public override string ToString() => Text;
}

/// <summary>A literal: text with a language, or a value with a datatype.</summary>
/// <param name="Text">The lexical form.</param>
/// <param name="Language">Language tag (BCP 47); null for values and for text in no language.</param>
/// <param name="Datatype">Null for text.</param>
sealed record LiteralTerm(string Text, string? Language, Iri? Datatype) : Term
{
    /// <summary>Text of no language.</summary>
    public static LiteralTerm Plain(string text) => new(text, null, null);

    /// <summary>Text in a language; what does not look like a language tag is left out.</summary>
    public static LiteralTerm In(string language, string text) => new(text, IsLanguageTag(language) ? language : null, null);

    /// <summary>An instant, in UTC.</summary>
    public static LiteralTerm At(DateTimeOffset instant) =>
        new(instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture), null, Vocabulary.Name("xsd:dateTime"));

    /// <summary>Letters, then parts of letters and digits, of at most eight each (RFC 5646, section 2.1).</summary>
    static bool IsLanguageTag(string text) =>
        text.Split('-') is [{ Length: > 0 } first, ..] parts && first.All(char.IsAsciiLetter) && parts.All(part => part.Length is >= 1 and <= 8 && part.All(char.IsAsciiLetterOrDigit));
}
