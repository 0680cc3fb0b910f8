using System.Buffers;

namespace Exchange.Hub.Delivery.Dcat.Rdf;

/// <summary>The vocabularies of the catalog, and the short names of their terms.</summary>
static class Vocabulary
{
    /// <summary>Namespaces by prefix.</summary>
    public static readonly IReadOnlyDictionary<string, string> Prefixes = new Dictionary<string, string>
    {
        ["adms"] = "http://www.w3.org/ns/adms#",
        ["dcat"] = "http://www.w3.org/ns/dcat#",
        ["dct"] = "http://purl.org/dc/terms/",
        ["foaf"] = "http://xmlns.com/foaf/0.1/",
        ["odrl"] = "http://www.w3.org/ns/odrl/2/",
        ["rdf"] = "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        ["rdfs"] = "http://www.w3.org/2000/01/rdf-schema#",
        ["skos"] = "http://www.w3.org/2004/02/skos/core#",
        ["vcard"] = "http://www.w3.org/2006/vcard/ns#",
        ["xsd"] = "http://www.w3.org/2001/XMLSchema#",
    };

    /// <summary>The class of a thing.</summary>
    public static readonly Iri Type = Name("rdf:type");

    /// <summary>The IRI of a short name such as <c>dct:title</c>.</summary>
    public static Iri Name(string name)
    {
        var colon = name.IndexOf(':', StringComparison.Ordinal);
        return new Iri(Prefixes[name[..colon]] + name[(colon + 1)..]);
    }

    /// <summary>The short name of a term of these vocabularies; null for every other IRI.</summary>
    public static string? ShortName(Iri iri)
    {
        foreach (var (prefix, space) in Prefixes)
        {
            // Only plain names: then Turtle's escapes of local names (PN_LOCAL_ESC) are never needed.
            if (iri.Text.StartsWith(space, StringComparison.Ordinal) && iri.Text.Length > space.Length && iri.Text.AsSpan(space.Length).IndexOfAnyExcept(letters) < 0)
                return $"{prefix}:{iri.Text[space.Length..]}";
        }
        return null;
    }

    static readonly SearchValues<char> letters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
}
