using System.Text.Encodings.Web;
using System.Text.Json;

namespace Exchange.Hub.Delivery.Dcat.Rdf;

/// <summary>Writes a graph as JSON-LD 1.1: one object per thing, short names by a context that stands in the document itself.</summary>
static class JsonLdWriter
{
    public const string MediaType = "application/ld+json";

    // Chinese stays readable; the answer is never put into a page.
    static readonly JsonWriterOptions options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The document, as UTF-8.</summary>
    public static byte[] Write(Graph graph)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, options))
        {
            json.WriteStartObject();
            json.WriteStartObject("@context");
            foreach (var (prefix, space) in Vocabulary.Prefixes)
                json.WriteString(prefix, space);
            json.WriteEndObject();
            json.WriteStartArray("@graph");
            foreach (var node in graph.Nodes.Where(node => node.Statements.Count > 0))
                Write(json, node);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return buffer.ToArray();
    }

    static void Write(Utf8JsonWriter json, Node node)
    {
        json.WriteStartObject();
        json.WriteString("@id", node.Subject.Text);
        foreach (var (predicate, objects) in node.Statements)
        {
            var isType = predicate == Vocabulary.Type;
            json.WriteStartArray(isType ? "@type" : ShortName(predicate));
            foreach (var term in objects)
            {
                if (isType)
                    json.WriteStringValue(ShortName((Iri)term));
                else
                    Write(json, term);
            }
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    static void Write(Utf8JsonWriter json, Term term)
    {
        json.WriteStartObject();
        if (term is LiteralTerm literal)
        {
            json.WriteString("@value", literal.Text);
            if (literal.Language is not null)
                json.WriteString("@language", literal.Language);
            if (literal.Datatype is not null)
                json.WriteString("@type", ShortName(literal.Datatype));
        }
        else
        {
            json.WriteString("@id", ((Iri)term).Text);
        }
        json.WriteEndObject();
    }

    static string ShortName(Iri iri) => Vocabulary.ShortName(iri) ?? iri.Text;
}
